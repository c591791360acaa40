using LightDfs;
using QuickStart;

const string Usage = """
    QuickStart [FOLDER]

    Three machines in one process keep the files of a folder; one is stopped; all files come back, which their SHA-256 checksums show.
    FOLDER is this repository by default. Links are left out, and folders called .git, bin, obj and artifacts.
    """;

if (args is ["--help" or "-h" or "-?"])
{
    Report.Say(Usage);
    return 0;
}
if (args.Length > 1 || (args is [['-', ..] option] && !Directory.Exists(option)))
{
    Console.Error.WriteLine($"'{string.Join(' ', args)}' is not one folder.\n\n{Usage}");
    return 2;
}
try
{
    return await RunAsync(args.Length > 0 ? Path.GetFullPath(args[0]) : Folder.Repository()) ? 0 : 1;
}
catch (Exception failure) when (failure is LightDfsException or IOException or UnauthorizedAccessException)
{
    Report.Say(failure.Message);
    return 1;
}

static async Task<bool> RunAsync(string folder)
{
    var files = Folder.FilesBelow(folder);
    Report.Say($"{folder}: {files.Count:N0} files.");
    if (files.Count == 0)
    {
        Report.Say("There is nothing to store: name a folder that has files.");
        return false;
    }

    await using var cluster = await Cluster.StartAsync();
    var kept = await Report.ProgressAsync("Stored over three machines", files.Count, done => RoundTrip.StoreAsync(files, cluster.Machines, done));
    await cluster.SettleAsync();
    Report.Show(cluster.Machines);

    var stopped = cluster.Machines[0];
    await cluster.StopAsync(stopped);
    Report.Say($"Stopped {stopped.Address}.");

    var problems = await Report.ProgressAsync("Read back through the other two", kept.Count, done => RoundTrip.CheckAsync(kept, cluster.Machines, done));
    problems.ForEach(Report.Say);
    Report.Say($"{kept.Count - problems.Count:N0} of {kept.Count:N0} files ({kept.Sum(file => file.Length):N0} bytes) came back with the same SHA-256; {files.Count - kept.Count:N0} skipped.");
    return kept.Count > 0 && problems.Count == 0;
}
