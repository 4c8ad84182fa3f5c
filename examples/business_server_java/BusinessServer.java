import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A small business server in plain Java 17: it decides about imports of friends and about messages, and hears of
 * imports. {@code CALLBACK_SECRET} is the secret of amity's settings, {@code PORT} where it listens.
 */
public final class BusinessServer {
    private static final int BODY_LIMIT = 8 * 1024 * 1024;
    private static final int TOLERANCE_SECONDS = 300;
    private static final int SHORTEST_KEY = 24;
    private static final int REMEMBERED = 100_000;
    private static final String SAMPLE_PREFIX = "amity-sample-";
    private static final Set<String> BANNED = Set.of("mallory");

    private final byte[] key;
    /** The IDs of the after-events that were handled, the oldest first. A real server keeps them in its database. */
    private final Set<String> handled = new LinkedHashSet<>();

    private BusinessServer(byte[] key) {
        this.key = key;
    }

    public static void main(String[] arguments) throws IOException {
        BusinessServer business = new BusinessServer(keyOf(System.getenv("CALLBACK_SECRET")));
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "10006"));
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        http.setExecutor(Executors.newFixedThreadPool(16));
        http.createContext("/", business::serve);
        http.start();
        print("listening on http://127.0.0.1:" + port);
    }

    // What the app decides.

    private Map<String, Object> beforeImportFriends(Map<String, Object> event) {
        String owner = (String) event.get("ownerUserID");
        List<?> asked = (List<?>) event.get("friendUserIDs");
        if (BANNED.contains(owner)) return reject(5001, "Banned", owner + " may not import friends");
        List<?> friends = asked.stream().filter(friend -> !BANNED.contains(friend)).toList();
        if (friends.isEmpty()) return reject(5002, "NobodyLeft", "");
        return friends.size() < asked.size() ? modify(Map.of("friendUserIDs", friends)) : allow();
    }

    private Map<String, Object> beforeSendSingleMsg(Map<String, Object> event) {
        String content = (String) event.get("content");
        return content.contains("spam") ? reject(5003, "Spam", "this may not be said here") : allow();
    }

    private void afterImportFriends(Map<String, Object> event) {
        List<String> friends = ((List<?>) event.get("friendUserIDs")).stream().map(String::valueOf).toList();
        print(event.get("ownerUserID") + " has new friends: " + String.join(", ", friends));
    }

    /** Call the handler of a command. Null: there is none. */
    private Map<String, Object> handle(String command, String id, Map<String, Object> event) {
        return switch (command) {
            case "callbackBeforeImportFriendsCommand" -> beforeImportFriends(event);
            case "callbackBeforeSendSingleMsgCommand" -> beforeSendSingleMsg(event);
            case "callbackAfterImportFriendsCommand" -> once(id, () -> afterImportFriends(event));
            default -> null;
        };
    }

    /** Run what an after-event causes, unless it was run for this event before, or the event is a sample. */
    private Map<String, Object> once(String id, Runnable work) {
        if (id.startsWith(SAMPLE_PREFIX)) return allow();
        synchronized (handled) { // one after the other: a second attempt waits until the first has ended
            if (handled.contains(id)) return allow();
            work.run(); // what it throws is a failure, and the event comes again
            handled.add(id);
            if (handled.size() > REMEMBERED) handled.remove(handled.iterator().next());
        }
        return allow();
    }

    private static Map<String, Object> allow() {
        return Map.of("actionCode", 0, "errCode", 0, "errMsg", "", "errDlt", "", "nextCode", 0);
    }

    private static Map<String, Object> reject(int code, String message, String detail) {
        return Map.of("actionCode", 0, "errCode", code, "errMsg", message, "errDlt", detail, "nextCode", 1);
    }

    private static Map<String, Object> modify(Map<String, Object> fields) {
        Map<String, Object> answer = new LinkedHashMap<>(allow());
        answer.putAll(fields);
        return answer;
    }

    // HTTP and the signature.

    private void serve(HttpExchange exchange) throws IOException {
        int status = 200;
        String answer;
        try {
            answer = Json.write(answer(exchange));
        } catch (Refused refused) {
            status = refused.status;
            answer = refused.getMessage();
        } catch (RuntimeException | GeneralSecurityException error) {
            status = 500;
            answer = "the handler of this callback failed";
            error.printStackTrace();
        }
        byte[] body = answer.getBytes(StandardCharsets.UTF_8);
        // JSON for a verdict alone: OpenIM's server takes any JSON object for an approval.
        exchange.getResponseHeaders().set("Content-Type", status == 200 ? "application/json" : "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(status, body.length);
        try (exchange) {
            exchange.getResponseBody().write(body);
        }
    }

    private Map<String, Object> answer(HttpExchange exchange) throws IOException, GeneralSecurityException {
        if (!exchange.getRequestMethod().equals("POST")) throw new Refused(405, "a callback is a POST");
        byte[] body = exchange.getRequestBody().readNBytes(BODY_LIMIT + 1);
        if (body.length > BODY_LIMIT) throw new Refused(413, "the body is too long");
        String id = header(exchange, "webhook-id");
        verify(id, header(exchange, "webhook-timestamp"), header(exchange, "webhook-signature"), body);
        String path = exchange.getRequestURI().getRawPath();
        String command = path.substring(path.lastIndexOf('/') + 1);
        Map<String, Object> event;
        try {
            event = Json.readObject(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString());
        } catch (IllegalArgumentException | CharacterCodingException error) {
            throw new Refused(400, "the body is no JSON object");
        }
        // The signature covers the body, not the path.
        if (!command.equals(event.get("callbackCommand"))) throw new Refused(400, "the body names another callback");
        Map<String, Object> answer = handle(command, id, event);
        if (answer == null) throw new Refused(404, "no handler for this callback");
        return answer;
    }

    private static String header(HttpExchange exchange, String name) {
        List<String> values = exchange.getRequestHeaders().get(name);
        if (values == null || values.size() != 1) throw new Refused(401, "signature: " + name + " is not there once");
        return values.get(0);
    }

    /** Check a signature as the Standard Webhooks specification says. */
    private void verify(String id, String timestamp, String signatures, byte[] body) throws GeneralSecurityException {
        if (!timestamp.matches("[0-9]{1,12}")) throw new Refused(401, "signature: malformed webhook-timestamp");
        if (Math.abs(Instant.now().getEpochSecond() - Long.parseLong(timestamp)) > TOLERANCE_SECONDS) {
            throw new Refused(401, "signature: webhook-timestamp is not now");
        }
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
        byte[] expected = ("v1," + Base64.getEncoder().encodeToString(mac.doFinal(body))).getBytes(StandardCharsets.UTF_8);
        boolean matches = false;
        for (String signature : signatures.split(" ")) { // one for each secret while secrets are rotated
            matches |= MessageDigest.isEqual(expected, signature.getBytes(StandardCharsets.UTF_8)); // in constant time
        }
        if (!matches) throw new Refused(401, "signature: no signature matches");
    }

    private static byte[] keyOf(String secret) {
        if (secret == null) throw new IllegalArgumentException("CALLBACK_SECRET is not set");
        byte[] key = secret.startsWith("whsec_")
                ? Base64.getDecoder().decode(secret.substring("whsec_".length()))
                : secret.getBytes(StandardCharsets.UTF_8);
        if (key.length < SHORTEST_KEY) throw new IllegalArgumentException("CALLBACK_SECRET has fewer than 24 bytes");
        return key;
    }

    private static void print(String line) {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8); // whatever the terminal's encoding is
        System.out.write(bytes, 0, bytes.length);
        System.out.flush();
    }

    /** A request that is not answered with a verdict. */
    private static final class Refused extends RuntimeException {
        private final int status;

        Refused(int status, String text) {
            super(text, null, false, false);
            this.status = status;
        }
    }

    /** JSON, which the JDK lacks. A real server uses a library such as Jackson. */
    private static final class Json {
        private static final int DEEPEST = 64;
        private final String text;
        private int at;

        private Json(String text) {
            this.text = text;
        }

        /** Read an object: strings, Longs, Doubles, Booleans, nulls, Lists and Maps. */
        static Map<String, Object> readObject(String text) {
            Json json = new Json(text);
            json.skip();
            Map<String, Object> read = json.object(0);
            if (json.peek() != '\0') throw json.wrong();
            return read;
        }

        private Object value(int depth) {
            if (depth > DEEPEST) throw wrong();
            return switch (peek()) {
                case '{' -> object(depth);
                case '[' -> list(depth);
                case '"' -> string();
                case 't' -> word("true", true);
                case 'f' -> word("false", false);
                case 'n' -> word("null", null);
                default -> number();
            };
        }

        private Map<String, Object> object(int depth) {
            Map<String, Object> fields = new LinkedHashMap<>();
            expect('{');
            if (peek() != '}') {
                do {
                    String name = string();
                    expect(':');
                    fields.put(name, value(depth + 1));
                } while (took(','));
            }
            expect('}');
            return fields;
        }

        private List<Object> list(int depth) {
            List<Object> values = new ArrayList<>();
            expect('[');
            if (peek() != ']') {
                do values.add(value(depth + 1));
                while (took(','));
            }
            expect(']');
            return values;
        }

        private String string() {
            if (peek() != '"') throw wrong();
            StringBuilder read = new StringBuilder();
            for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
                char next = text.charAt(at);
                read.append(next == '\\' ? escaped() : next);
            }
            expect('"');
            return read.toString();
        }

        private char escaped() {
            if (++at >= text.length()) throw wrong();
            char next = text.charAt(at);
            if (next == 'u') {
                if (at + 4 >= text.length()) throw wrong();
                at += 4;
                return (char) Integer.parseInt(text.substring(at - 3, at + 1), 16);
            }
            int place = "\"\\/bfnrt".indexOf(next);
            if (place < 0) throw wrong();
            return "\"\\/\b\f\n\r\t".charAt(place);
        }

        private Object number() {
            int start = at;
            while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) at++;
            String read = text.substring(start, at);
            skip();
            return read.matches("-?[0-9]{1,18}") ? (Object) Long.valueOf(read) : (Object) Double.valueOf(read);
        }

        private Object word(String word, Object meaning) {
            if (!text.startsWith(word, at)) throw wrong();
            at += word.length();
            skip();
            return meaning;
        }

        private char peek() {
            return at < text.length() ? text.charAt(at) : '\0';
        }

        private boolean took(char expected) {
            if (peek() != expected) return false;
            at++;
            skip();
            return true;
        }

        private void expect(char expected) {
            if (!took(expected)) throw wrong();
        }

        private void skip() {
            while (" \t\r\n".indexOf(peek()) >= 0) at++;
        }

        private IllegalArgumentException wrong() {
            return new IllegalArgumentException("no JSON at character " + at);
        }

        static String write(Object value) {
            if (value instanceof Map<?, ?> fields) {
                List<String> written = new ArrayList<>();
                fields.forEach((name, each) -> written.add(quoted((String) name) + ":" + write(each)));
                return "{" + String.join(",", written) + "}";
            }
            if (value instanceof List<?> values) {
                return "[" + String.join(",", values.stream().map(Json::write).toList()) + "]";
            }
            return value instanceof String string ? quoted(string) : String.valueOf(value);
        }

        private static String quoted(String text) {
            StringBuilder written = new StringBuilder("\"");
            for (char each : text.toCharArray()) {
                if (each == '"' || each == '\\') written.append('\\').append(each);
                else if (each < ' ') written.append(String.format("\\u%04x", (int) each));
                else written.append(each);
            }
            return written.append('"').toString();
        }
    }
}
