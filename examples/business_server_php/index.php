<?php
// A small business server in plain PHP 8: it decides about imports of friends and about messages, and hears of imports.
// CALLBACK_SECRET is the secret of amity's settings, HANDLED a folder for the IDs of after-events that were handled.

declare(strict_types=1);

const BODY_LIMIT = 8 * 1024 * 1024;
const TOLERANCE_SECONDS = 300;
const SHORTEST_KEY = 24;
const SAMPLE_PREFIX = 'amity-sample-';
const BANNED = ['mallory'];

// What goes wrong is for the log. On the page, with status 200, it would be taken for an answer.
ini_set('display_errors', '0');
ini_set('log_errors', '1');
set_error_handler(function (int $severity, string $text, string $file, int $line): never {
    throw new ErrorException($text, 0, $severity, $file, $line);
});

/** A request that is not answered with a verdict. */
final class Refused extends Exception
{
    public function __construct(public readonly int $status, string $text)
    {
        parent::__construct($text);
    }
}

// What the app decides.

function before_import_friends(array $event): array
{
    if (in_array($event['ownerUserID'], BANNED, true)) {
        return reject(5001, 'Banned', "{$event['ownerUserID']} may not import friends");
    }
    $friends = array_values(array_diff($event['friendUserIDs'], BANNED));
    if ($friends === []) {
        return reject(5002, 'NobodyLeft');
    }
    return count($friends) < count($event['friendUserIDs']) ? modify(['friendUserIDs' => $friends]) : allow();
}

function before_send_single_msg(array $event): array
{
    return str_contains($event['content'], 'spam') ? reject(5003, 'Spam', 'this may not be said here') : allow();
}

function after_import_friends(array $event): void
{
    say("{$event['ownerUserID']} has new friends: " . implode(', ', $event['friendUserIDs']));
}

function handle(string $command, string $id, array $event): array
{
    return match ($command) {
        'callbackBeforeImportFriendsCommand' => before_import_friends($event),
        'callbackBeforeSendSingleMsgCommand' => before_send_single_msg($event),
        'callbackAfterImportFriendsCommand' => once($id, fn () => after_import_friends($event)),
        default => throw new Refused(404, 'no handler for this callback'),
    };
}

/** Do what an after-event causes, unless it was done for this event before, or the event is a sample. */
function once(string $id, callable $work): array
{
    if (str_starts_with($id, SAMPLE_PREFIX)) {
        return allow();
    }
    $folder = getenv('HANDLED') ?: sys_get_temp_dir() . '/amity-handled';
    if (!is_dir($folder)) {
        mkdir($folder, 0700, true);
    }
    // A real server has a table for them in its database, from which it deletes what is older than 30 days.
    $mark = fopen($folder . '/' . hash('sha256', $id), 'c+');
    flock($mark, LOCK_EX); // a second attempt waits until the first has ended
    if (fread($mark, 4) === 'done') {
        return allow();
    }
    $work(); // what it throws is a failure, and the event comes again
    fwrite($mark, 'done');
    return allow();
}

function allow(): array
{
    return ['actionCode' => 0, 'errCode' => 0, 'errMsg' => '', 'errDlt' => '', 'nextCode' => 0];
}

function reject(int $code, string $message, string $detail = ''): array
{
    return ['errCode' => $code, 'errMsg' => $message, 'errDlt' => $detail, 'nextCode' => 1] + allow();
}

function modify(array $fields): array
{
    return allow() + $fields;
}

function say(string $line): void
{
    file_put_contents('php://stdout', $line . "\n");
}

// HTTP and the signature.

/** Check a signature as the Standard Webhooks specification says. */
function verify(string $key, string $id, string $timestamp, string $signatures, string $body): void
{
    if ($id === '' || !preg_match('/\A[0-9]{1,12}\z/', $timestamp)) {
        throw new Refused(401, 'signature: webhook-id or webhook-timestamp is missing or malformed');
    }
    if (abs(time() - (int) $timestamp) > TOLERANCE_SECONDS) {
        throw new Refused(401, 'signature: webhook-timestamp is not now');
    }
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
    $matches = false;
    foreach (explode(' ', $signatures) as $signature) { // one for each secret while secrets are rotated
        $matches = hash_equals($expected, $signature) || $matches; // in constant time
    }
    if (!$matches) {
        throw new Refused(401, 'signature: no signature matches');
    }
}

function key_of(string|false $secret): string
{
    $secret = (string) $secret;
    $key = str_starts_with($secret, 'whsec_') ? base64_decode(substr($secret, strlen('whsec_')), true) : $secret;
    if ($key === false || strlen($key) < SHORTEST_KEY) {
        throw new RuntimeException('CALLBACK_SECRET is not set, has fewer than 24 bytes, or is not base64 after whsec_');
    }
    return $key;
}

function answer(): array
{
    if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
        throw new Refused(405, 'a callback is a POST');
    }
    $body = file_get_contents('php://input', length: BODY_LIMIT + 1);
    if (strlen($body) > BODY_LIMIT) {
        throw new Refused(413, 'the body is too long');
    }
    $header = fn (string $name): string => $_SERVER["HTTP_WEBHOOK_$name"] ?? '';
    $id = $header('ID');
    verify(key_of(getenv('CALLBACK_SECRET')), $id, $header('TIMESTAMP'), $header('SIGNATURE'), $body);
    $path = explode('?', $_SERVER['REQUEST_URI'])[0];
    $command = substr($path, strrpos($path, '/') + 1);
    $event = json_decode($body, true, 64);
    // The signature covers the body, not the path.
    if (!is_array($event) || ($event['callbackCommand'] ?? null) !== $command) {
        throw new Refused(400, 'the body is no JSON object, or names another callback');
    }
    return handle($command, $id, $event);
}

$status = 200;
try {
    $answer = json_encode(answer(), JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE);
} catch (Refused $refused) {
    [$status, $answer] = [$refused->status, $refused->getMessage()];
} catch (Throwable $error) {
    error_log((string) $error);
    [$status, $answer] = [500, 'the handler of this callback failed'];
}
http_response_code($status);
// JSON for a verdict alone: OpenIM's server takes any JSON object for an approval.
header('Content-Type: ' . ($status === 200 ? 'application/json' : 'text/plain; charset=utf-8'));
echo $answer;
