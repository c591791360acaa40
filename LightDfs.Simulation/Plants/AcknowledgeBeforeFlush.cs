using LightDfs.Simulation.Machines;
using LightDfs.Storage;
using LightDfs.Storage.Disks;

namespace LightDfs.Simulation.Plants;

/// <summary>Flushes return at once, and are done a second later.</summary>
internal sealed class AcknowledgeBeforeFlush() : Plant("acknowledge-before-flush")
{
    public override IDisk OfDisk(IDisk disk, World world) => new Late(disk, world);

    private sealed class Late(IDisk inner, World world) : DiskDecorator(inner)
    {
        protected override void Flush(Action flush) => _ = FlushLaterAsync(flush);

        private async Task FlushLaterAsync(Action flush)
        {
            await world.DelayAsync(TimeSpan.FromSeconds(1));
            try
            {
                flush();
            }
            catch (StorageException)
            {
                // The machine lost its power meanwhile, which is the bug.
            }
        }
    }
}
