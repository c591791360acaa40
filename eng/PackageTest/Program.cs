using PackageTest;

var checks = new Checks();
var folder = Directory.CreateTempSubdirectory("lightdfs-packages-");

var packages = new Packages(Path.Combine(folder.FullName, "packages"));
await packages.CheckAsync(checks);
await new FreshApp(packages, Path.Combine(folder.FullName, "fresh")).CheckAsync(checks);
await new NativeApp(Path.Combine(folder.FullName, "native")).CheckAsync(checks);

if (checks.Failed == 0)
{
    folder.Delete(recursive: true);
}
else
{
    Console.WriteLine($"Packages, apps and their data are kept in {folder.FullName}.");
}
checks.Finish();
return checks.Failed == 0 ? 0 : 1;
