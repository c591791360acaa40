using LightDfs.Peers;
using LightDfs.Testing.Conformance;
using LightDfs.Testing.Network;
using NUnit.Framework;
using Checked = LightDfs.Testing.Conformance.PeerTransportConformance;

namespace LightDfs.Tests.Conformance;

/// <summary>The conformance fixture for transports finds what it is there to find, and nothing else.</summary>
public sealed class PeerTransportConformanceProofTests
{
    private static readonly Broken[] All =
    [
        Broken.Of<Misnamed<BrokenTransport>>(nameof(Checked.Factory_makes_what_the_fixture_says_it_tests)),
        Broken.Of<Fixture<ShortReplyBody>>(nameof(Checked.Reply_body_shorter_than_promised_throws_instead_of_ending), nameof(Checked.Reply_body_that_fails_throws_instead_of_ending)),
        Broken.Of<Fixture<ShortRequestBody>>(
            nameof(Checked.Small_request_body_shorter_than_promised_throws),
            nameof(Checked.Request_body_shorter_than_promised_throws_on_both_sides),
            nameof(Checked.Failure_of_the_senders_stream_reaches_the_sender_as_it_is)),
        Broken.Of<Fixture<WrongLength>>(nameof(Checked.Request_and_reply_arrive_unchanged)),
        Broken.Of<Fixture<Altering>>(
            nameof(Checked.Request_and_reply_arrive_unchanged),
            nameof(Checked.Longest_head_and_proof_arrive_both_ways),
            nameof(Checked.Empty_head_and_proof_arrive_empty),
            nameof(Checked.Head_beyond_the_limit_is_the_senders_mistake),
            nameof(Checked.Status_arrives_with_head_and_body)),
        Broken.Of<Fixture<ResetByEarlyAnswer>>(
            nameof(Checked.Early_answer_to_an_unread_body_keeps_status_and_head), nameof(Checked.Answer_in_the_middle_of_a_body_keeps_status_and_head)),
        Broken.Of<Fixture<DisposingSendersStream>>(nameof(Checked.Senders_stream_stays_the_senders)),
        Broken.Of<Fixture<LeakingReplies>>(nameof(Checked.Sent_reply_is_disposed), nameof(Checked.Disposing_a_reply_that_is_still_coming_ends_the_other_side)),
        Broken.Of<Fixture<MixingReplies>>(nameof(Checked.Concurrent_requests_get_their_own_replies)),
        Broken.Of<Fixture<StatusesAllOk>>(nameof(Checked.Status_arrives_with_head_and_body)),
        Broken.Of<Fixture<AnyAddress>>(nameof(Checked.Normalising_brings_spellings_together), nameof(Checked.Text_that_is_no_address_is_a_format_error)),
        Broken.Of<Fixture<RawFailures>>(nameof(Checked.Address_where_nobody_listens_is_unreachable), nameof(Checked.Receiver_that_breaks_off_is_unreachable)),
        Broken.Of<Fixture<OneFailureForAll>>(
            nameof(Checked.Failure_of_the_senders_stream_reaches_the_sender_as_it_is), nameof(Checked.Head_beyond_the_limit_is_the_senders_mistake)),
        Broken.Of<Fixture<TransportSwallowingCancellation>>(
            nameof(Checked.Cancelled_before_sending_nothing_is_sent),
            nameof(Checked.Cancelling_while_the_receiver_thinks_ends_both),
            nameof(Checked.Cancelling_while_the_body_is_sent_ends_both),
            nameof(Checked.Cancelling_while_the_reply_is_read_ends_both)),
        Broken.Of<Fixture<BrokenForGood>>(nameof(Checked.Transport_works_on_after_failures)),
    ];

    [Test]
    public Task Sound_transport_passes_every_check() => Broken.AssertSoundAsync<Patient<BrokenTransport>>();

    [TestCaseSource(nameof(All))]
    public Task Broken_transport_is_caught(Broken broken) => broken.AssertCaughtAsync();

    [Test]
    public void Every_check_catches_something() => Broken.AssertEveryCheckCatches<Checked>(All);

    private class Patient<TTransport> : Checked where TTransport : BrokenTransport, new()
    {
        protected override IReadOnlyList<string> SpellingsOfOneAddress => ["memory://a", "MEMORY://A/"];

        protected override IReadOnlyList<string> NoAddresses => ["", "http://a"];

        protected override ValueTask<PeerTransportSetup> CreateAsync(IPeerHandler handler)
        {
            var network = new InMemoryNetwork();
            var transport = new TTransport { Sound = network.CreateTransport("memory://a") };
            network.Attach("memory://b", new Receiver(transport, handler));
            return new(new PeerTransportSetup { Transport = transport, Address = "memory://b", UnreachableAddress = "memory://nobody" });
        }
    }

    /// <summary>What hangs, hangs for ever: no need to wait long for it.</summary>
    private class Fixture<TTransport> : Patient<TTransport> where TTransport : BrokenTransport, new()
    {
        protected override TimeSpan Patience => TimeSpan.FromSeconds(2);
    }

    [Tests(typeof(InMemoryPeerTransport))]
    private sealed class Misnamed<TTransport> : Patient<TTransport> where TTransport : BrokenTransport, new();

    private sealed class Receiver(BrokenTransport transport, IPeerHandler handler) : IPeerHandler
    {
        public ValueTask<PeerReply> HandleAsync(PeerRequest request, PeerConnection connection, CancellationToken cancellationToken) =>
            transport.ReceiveAsync(handler, request, connection, cancellationToken);
    }
}
