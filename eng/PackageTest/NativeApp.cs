using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace PackageTest;

/// <summary>The sample FileServer compiled to native code, in which nothing can be looked up by reflection: three of it, and all that they can be asked.</summary>
internal sealed class NativeApp(string folder)
{
    public async Task CheckAsync(Checks checks)
    {
        try
        {
            // Warnings of the native compiler are errors, as all warnings are.
            await Dotnet.RunAsync(
                Repository.Root, null, "publish", "samples/FileServer", "--configuration", "Release", "--runtime", RuntimeInformation.RuntimeIdentifier, "--output", folder,
                "--artifacts-path", Path.Combine(Repository.Root, "artifacts/native"), "-p:PublishAot=true", "-p:RunAnalyzers=false");
            checks.Check("The sample FileServer is compiled to native code without a warning", "dotnet publish", []);
            var addresses = RunningApp.FreeAddresses(3);
            var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
            var peers = addresses.Select((address, i) => $"--LightDfs:Peers:{i}={address}").ToList();
            var apps = await RunningApp.StartAsync([Path.Combine(folder, "FileServer")], addresses, folder, key, peers);
            try
            {
                await new Endpoints([.. apps.Select(app => app.Client)]).CheckAsync(checks);
            }
            finally
            {
                apps.ForEach(app => app.Dispose());
            }
        }
        catch (Exception failure) when (failure is CommandFailedException or InvalidOperationException or TimeoutException or HttpRequestException)
        {
            checks.Check("The sample FileServer works as native code", "dotnet publish", [failure.Message]);
        }
    }
}
