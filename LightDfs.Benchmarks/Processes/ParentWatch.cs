namespace LightDfs.Benchmarks.Processes;

/// <summary>Ends a server when the runner is gone, however it went: the pipe that is its standard input then ends.</summary>
internal static class ParentWatch
{
    public const string Option = "--with-parent";

    public static void EndWithParent(this WebApplication app)
    {
        if (!app.Configuration.GetValue<bool>(Option.TrimStart('-')))
        {
            return;
        }
        var thread = new Thread(() =>
        {
            while (Console.In.Read() >= 0)
            {
            }
            app.Lifetime.StopApplication();
        })
        { IsBackground = true };
        thread.Start();
    }
}
