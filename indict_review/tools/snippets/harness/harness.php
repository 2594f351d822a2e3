<?php
// Runs a check in PHP and reports how it stopped: see `snippets.interface`.
namespace IndictReviewHarness;

final class Harness
{
    private static string $box = '';
    private static string $mark = '';
    private static bool $done = false;

    public static function run(): void
    {
        self::$box = dirname(__DIR__);
        $ticket = __DIR__ . '/ticket';
        self::$mark = explode("\n", file_get_contents($ticket))[0];
        unlink($ticket);
        set_include_path(self::$box . '/work');
        register_shutdown_function([self::class, 'atEnd']);
        try {
            self::check(__DIR__ . '/check.php');
        } catch (\Throwable $e) {
            self::report(self::stopOf($e), get_class($e) . ': ' . $e->getMessage(), self::frames($e));
            return;
        }
        self::report('end', '', []);
    }

    private static function check(string $file): void
    {
        (static function () use ($file) {
            require $file;
        })();
    }

    // Fatal errors are no exceptions. An `exit` comes here, too, and leaves no error.
    public static function atEnd(): void
    {
        $error = error_get_last();
        if (!self::$done && $error && in_array($error['type'], [E_ERROR, E_CORE_ERROR, E_PARSE], true)) {
            $place = self::placed($error['file']);
            self::report('error', $error['message'], $place === null ? [] : ["$place:{$error['line']}"]);
        }
    }

    private static function stopOf(\Throwable $e): string
    {
        if ($e instanceof \AssertionError) {
            return 'assertion';
        }
        $missing = $e instanceof \ParseError || preg_match('/^Class "[^"]*" not found|Failed opening required/', $e->getMessage());
        return $missing || $e instanceof \ArgumentCountError && self::calledByCheck($e) ? 'own' : 'error';
    }

    // The place of a call with too few arguments is the function that was called.
    private static function calledByCheck(\Throwable $e): bool
    {
        return self::placed($e->getTrace()[0]['file'] ?? '') === '';
    }

    private static function placed(string $file): ?string
    {
        if ($file === __DIR__ . '/check.php') {
            return '';
        }
        $work = self::$box . '/work/';
        return str_starts_with($file, $work) ? substr($file, strlen($work)) : null;
    }

    private static function frames(\Throwable $e): array
    {
        $found = [];
        $calls = array_reverse($e->getTrace());
        $calls[] = ['file' => $e->getFile(), 'line' => $e->getLine()];
        foreach ($calls as $call) {
            $place = self::placed($call['file'] ?? '');
            if ($place !== null) {
                $found[] = $place . ':' . $call['line'];
            }
        }
        return $found;
    }

    private static function report(string $stop, string $said, array $frames): void
    {
        self::$done = true;
        $line = substr(preg_replace('/\s+/', ' ', $said), 0, 500);
        $out = fopen(self::$box . '/out/' . self::$mark, 'x');
        fwrite($out, implode("\n", [$stop, $line, ...array_slice($frames, -200)]));
    }
}

Harness::run();
