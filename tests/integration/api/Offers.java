// Posts what stands in the lines of its input (path, token and body, parted by tabs) to the server that is its argument,
// with the client of the JDK as it is by default: each request offers an upgrade to HTTP/2. Prints each answer on a line.
// The body of every second request comes from a stream, and so in chunks.

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

public class Offers {
    public static void main(String[] arguments) throws Exception {
        var client = HttpClient.newHttpClient();
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var count = 0;
        for (var line = input.readLine(); line != null; line = input.readLine()) {
            var parts = line.split("\t");
            var body = parts[2].getBytes(StandardCharsets.UTF_8);
            var publisher = count++ % 2 == 0
                ? BodyPublishers.ofByteArray(body)
                : BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body));
            var request = HttpRequest.newBuilder(URI.create(arguments[0] + parts[0]))
                .timeout(Duration.ofSeconds(20))
                .header("operationID", "java")
                .header("token", parts[1])
                .header("Content-Type", "application/json")
                .POST(publisher)
                .build();
            var answer = client.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
            System.out.println(answer.body());
        }
    }
}
