using CsCheck;
using NUnit.Framework;

namespace LightDfs.Tests.Files;

public sealed class FileIdSaltTests
{
    [Test]
    public void Salted_id_is_valid_of_the_same_time_and_kind_and_another_one() =>
        Gen.Select(SampleIds.Any, Gen.ULong).Sample((id, salt) =>
        {
            var salted = id.WithSalt(salt);
            return salted.IsValid && salted.Created == id.Created && salted.Kind == id.Kind && salted != id && salted == id.WithSalt(salt);
        });

    [Test]
    public void Different_salts_and_different_ids_give_different_ids()
    {
        var ids = Enumerable.Range(0, 100).Select(seed => SampleIds.Create(seed: (ulong)seed));

        var salted = ids.SelectMany(id => Enumerable.Range(0, 100).Select(salt => id.WithSalt((ulong)salt)));

        Assert.That(salted.Distinct().Count(), Is.EqualTo(10_000));
    }
}
