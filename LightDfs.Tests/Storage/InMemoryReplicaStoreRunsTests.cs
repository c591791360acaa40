using LightDfs.Storage;
using LightDfs.Testing.Storage;
using NUnit.Framework;

namespace LightDfs.Tests.Storage;

public sealed class InMemoryReplicaStoreRunsTests
{
    [Test]
    public async Task Writer_that_outlives_its_run_stores_nothing_into_the_store_opened_again()
    {
        await using var store = new InMemoryReplicaStore();
        var replica = TestReplica.Of(100);
        await store.OpenAsync();
        await using var writer = await store.BeginAsync(TestReplica.Id(1), replica.Record);
        await writer.AppendAsync(replica.Content);
        await store.DisposeAsync();
        await store.OpenAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await writer.CommitAsync());

        Assert.That(store.Find(TestReplica.Id(1)), Is.Null);
    }
}
