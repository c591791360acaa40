using System.Collections.Concurrent;
using LightDfs.AspNetCore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LightDfs.Tests.AspNetCore.Files;

/// <summary>An app with file endpoints over a store in memory, and a client of it.</summary>
internal sealed class FilesApp : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FilesApp(WebApplication app, HttpClient client, MessageLog log)
    {
        _app = app;
        Client = client;
        Messages = log.Messages;
    }

    public HttpClient Client { get; }

    public ConcurrentQueue<(LogLevel Level, int EventId, string Text)> Messages { get; }

    public IServiceProvider Services => _app.Services;

    public static void AllowEverything(LightDfsFilesOptions options)
    {
        options.AllowDelete = true;
        options.AllowList = true;
    }

    /// <summary>Without sockets.</summary>
    public static Task<FilesApp> StartAsync(
        IFileStore files,
        Action<LightDfsFilesOptions>? configure = null,
        string prefix = "/files",
        string pathBase = "",
        Action<WebApplicationBuilder>? services = null,
        Action<WebApplication>? middleware = null,
        Action<IEndpointConventionBuilder>? conventions = null) =>
        StartAsync(
            files,
            builder =>
            {
                builder.WebHost.UseTestServer();
                services?.Invoke(builder);
            },
            app =>
            {
                app.UsePathBase(pathBase);
                app.UseRouting();
                middleware?.Invoke(app);
                var endpoints = app.MapLightDfsFiles(prefix, configure);
                conventions?.Invoke(endpoints);
            },
            app => app.GetTestClient());

    /// <summary>Over a real server on a loopback port of the system's choice.</summary>
    public static Task<FilesApp> StartKestrelAsync(
        IFileStore files, Action<LightDfsFilesOptions>? configure = null, Action<WebApplicationBuilder>? services = null, Action<WebApplication>? middleware = null) =>
        StartAsync(
            files,
            builder =>
            {
                builder.WebHost.UseUrls("http://127.0.0.1:0");
                services?.Invoke(builder);
            },
            app =>
            {
                middleware?.Invoke(app);
                app.MapLightDfsFiles("/files", configure);
            },
            app => new HttpClient { BaseAddress = new Uri(app.Urls.Single()) });

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }

    private static async Task<FilesApp> StartAsync(
        IFileStore files, Action<WebApplicationBuilder> host, Action<WebApplication> map, Func<WebApplication, HttpClient> connect)
    {
        var log = new MessageLog();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Services.AddSingleton(files);
        host(builder);
        var app = builder.Build();
        map(app);
        await app.StartAsync();
        return new FilesApp(app, connect(app), log);
    }

    private sealed class MessageLog : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<(LogLevel Level, int EventId, string Text)> Messages { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Messages.Enqueue((logLevel, eventId.Id, formatter(state, exception)));
            }
        }

        public void Dispose()
        {
        }
    }
}
