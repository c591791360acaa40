using LightDfs;

namespace QuickStart;

/// <summary>One machine of the cluster: an ordinary web app, here one of several in a process.</summary>
internal sealed class Machine : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Machine(WebApplication app, string address)
    {
        _app = app;
        Address = address;
    }

    public string Address { get; }

    public IFileStore Files => _app.Services.GetRequiredService<IFileStore>();

    public ClusterStatus Status => _app.Services.GetRequiredService<ICluster>().Status;

    /// <summary>Whether it serves, and sees that so many machines do, itself counted.</summary>
    public bool SeesServing(int machines) => Status is { IsReady: true } status && status.Machines.Count(one => one is { State: MachineState.Up, IsServing: true }) == machines;

    public static async Task<Machine> StartAsync(string address, string[] everyone, string dataDirectory)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(address);
        builder.Configuration["LightDfs:DataDirectory"] = dataDirectory;

        // One machine is stopped on purpose here; what the others warn of then is no news.
        builder.Logging.SetMinimumLevel(LogLevel.Error);

        builder.Services.AddLightDfs(everyone);
        var app = builder.Build();
        app.MapLightDfs();
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
        return new Machine(app, address);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
