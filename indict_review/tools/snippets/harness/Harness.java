import java.io.*;
import java.lang.reflect.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;

/** Runs a check in Java and reports how it stopped: see `snippets.interface`. */
class Harness {
    static String box, check, mark;

    public static void main(String[] args) throws Exception {
        box = args[0];
        check = args[1];
        Path ticket = Path.of(box, "tools", "ticket");
        List<String> told = Files.readAllLines(ticket);
        Files.delete(ticket);
        mark = told.get(0);
        watch(Thread.currentThread(), Double.parseDouble(told.get(2)));
        try {
            Method main = Class.forName(args[2]).getDeclaredMethod("main", String[].class);
            main.setAccessible(true);
            main.invoke(null, (Object) new String[0]);
        } catch (InvocationTargetException e) {
            Throwable error = e.getCause();
            if (error instanceof ExceptionInInitializerError && error.getCause() != null)
                error = error.getCause();
            report(stopOf(error), String.valueOf(error), frames(error.getStackTrace()));
        } catch (ReflectiveOperationException e) {
            report("own", String.valueOf(e), List.of());
        }
        report("end", "", List.of());
    }

    static String stopOf(Throwable error) {
        if (error instanceof AssertionError) return "assertion";
        boolean missing = error instanceof ClassNotFoundException
            || error instanceof LinkageError && !(error instanceof ExceptionInInitializerError)
            || error instanceof FileNotFoundException
            || error instanceof NoSuchFileException
            || error instanceof java.net.SocketException
            || error instanceof java.net.UnknownHostException;
        return missing ? "own" : "error";
    }

    /** A check that calls the project over and over is its own fault: two looks, one call. */
    static void watch(Thread main, double seconds) {
        Thread thread = new Thread(() -> {
            try {
                List<String> last = null;
                boolean own = false;
                Thread.sleep((long) (seconds * 500));
                for (int look = 0; look < 20; look++) {
                    Thread.sleep((long) (seconds * 25));
                    last = frames(main.getStackTrace());
                    own |= last.isEmpty() || last.get(last.size() - 1).startsWith(":");
                }
                report(own ? "own" : "time", "it did not end", last);
            } catch (InterruptedException e) {
                report("own", "interrupted", List.of());
            }
        });
        thread.setDaemon(true);
        thread.setPriority(Thread.MAX_PRIORITY);
        thread.start();
    }

    static List<String> frames(StackTraceElement[] stack) {
        LinkedList<String> found = new LinkedList<>();
        for (StackTraceElement e : stack) {
            String path = placed(e);
            if (path != null && found.size() < 200) found.addFirst(path + ":" + e.getLineNumber());
        }
        return found;
    }

    /** The path in the project, empty for the check, null for what is neither. */
    static String placed(StackTraceElement e) {
        String name = e.getClassName(), file = e.getFileName();
        if (file == null || name.equals("Harness") || name.startsWith("Harness$")) return null;
        Path compiled = Path.of(box, "tmp", "classes", name.replace('.', '/') + ".class");
        if (!Files.exists(compiled)) return null;
        if (file.equals(check)) return "";
        int end = name.lastIndexOf('.');
        String folder = end < 0 ? "" : name.substring(0, end).replace('.', '/') + "/";
        for (String root : new String[] {"", "src/main/java/", "src/"})
            if (Files.exists(Path.of(box, "work", root + folder + file))) return root + folder + file;
        return "";
    }

    static synchronized void report(String stop, String said, List<String> frames) {
        try {
            String line = said.replaceFirst("^(?:\\w+\\.)+(?=\\w+(:|$))", "").replaceAll("\\s+", " ");
            if (line.length() > 500) line = line.substring(0, 500);
            String text = stop + "\n" + line + "\n" + String.join("\n", frames);
            Path to = Path.of(box, "out", mark);
            Files.write(to, text.getBytes(StandardCharsets.UTF_8), StandardOpenOption.CREATE_NEW);
            System.out.flush();
        } catch (IOException e) {
            // Without a report, the check shows nothing.
        } finally {
            Runtime.getRuntime().halt(0);
        }
    }
}
