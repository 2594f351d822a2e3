using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;

/// Runs a check in C# and reports how it stopped: see `snippets.interface`.
static class IndictReviewHarness
{
    sealed class AssertionError : Exception { public AssertionError(string said) : base(said) { } }

    sealed class Listener : TraceListener
    {
        public override void Write(string? said) { }
        public override void WriteLine(string? said) { }
        public override void Fail(string? said) => throw new AssertionError(said ?? "");
        public override void Fail(string? said, string? more) => Fail(said);
    }

    static int Main(string[] args)
    {
        string box = args[0], ticket = Path.Combine(box, "tools", "ticket");
        string mark = File.ReadAllLines(ticket)[0];
        File.Delete(ticket);
        Trace.Listeners.Clear();
        Trace.Listeners.Add(new Listener());
        string stop = "end", said = "", frames = "";
        try
        {
            var main = typeof(ENTRY).GetMethod("Main", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!;
            var values = main.GetParameters().Length == 0 ? null : new object[] { Array.Empty<string>() };
            if (main.Invoke(null, values) is Task task) task.GetAwaiter().GetResult();
        }
        catch (Exception outer)
        {
            var error = outer is TargetInvocationException && outer.InnerException != null ? outer.InnerException : outer;
            stop = error.GetType().Name.Contains("Assert") ? "assertion"
                : error is FileNotFoundException or TypeLoadException or BadImageFormatException ? "own" : "error";
            said = Regex.Replace(error.GetType().Name + ": " + error.Message, @"\s+", " ");
            frames = string.Join("\n", Frames(error, box));
        }
        using var to = new FileStream(Path.Combine(box, "out", mark), FileMode.CreateNew);
        to.Write(System.Text.Encoding.UTF8.GetBytes(stop + "\n" + said[..Math.Min(said.Length, 500)] + "\n" + frames));
        to.Flush();
        Environment.Exit(0);
        return 0;
    }

    static IEnumerable<string> Frames(Exception error, string box)
    {
        string work = Path.Combine(box, "work") + "/", check = Path.Combine(box, "tools", "check", "check.cs");
        foreach (var frame in new StackTrace(error, true).GetFrames().Reverse())
        {
            var file = frame.GetFileName();
            if (file == check) yield return ":" + frame.GetFileLineNumber();
            else if (file != null && file.StartsWith(work)) yield return file[work.Length..] + ":" + frame.GetFileLineNumber();
        }
    }
}
