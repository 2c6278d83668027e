using System.Net.Sockets;
using System.Security.Cryptography;
using Handstamp.Storage.Postgres.Engine;
using Npgsql;

namespace Handstamp.Storage.Tests.Postgres.Engine;

/// <summary>For which faults a start waits.</summary>
public sealed class PassingStartFaultsTests
{
    const string NoHost = "No suitable host was found.";

    static readonly NpgsqlException UnknownHost = Failed(new SocketException((int)SocketError.HostNotFound));

    [Theory]
    [InlineData("57P03")]
    [InlineData("57P01")]
    [InlineData("57P02")]
    [InlineData("53300")]
    public void A_server_that_starts_or_ends_or_is_full_may_be_available_soon(string code) => Assert.True(MayPass(Answer(code)));

    [Theory]
    [InlineData("25006")]
    [InlineData("28P01")]
    [InlineData("3D000")]
    [InlineData("42501")]
    [InlineData("53200")]
    [InlineData("57014")]
    [InlineData("57P04")]
    public void Another_answer_of_the_server_stays_the_same(string code) => Assert.False(MayPass(Answer(code)));

    [Fact]
    public void A_server_that_was_replaced_may_be_followed_soon() => Assert.True(MayPass(new OldTimelineException("It was replaced.")));

    [Fact]
    public void A_server_that_does_not_answer_in_time_may_soon()
    {
        Assert.True(MayPass(new TimeoutException("It took too long.")));
        Assert.True(MayPass(Failed(new TimeoutException("It took too long."))));
    }

    [Fact]
    public void A_server_that_ends_in_the_middle_of_an_answer_may_be_available_soon() =>
        Assert.True(MayPass(Failed(new EndOfStreamException("Attempted to read past the end of the stream."))));

    [Fact]
    public void A_server_that_resets_the_connection_may_be_available_soon() =>
        Assert.True(MayPass(Failed(new IOException("The connection was reset.", new SocketException((int)SocketError.ConnectionReset)))));

    [Theory]
    [InlineData(SocketError.ConnectionRefused)]
    [InlineData(SocketError.HostUnreachable)]
    [InlineData(SocketError.TimedOut)]
    [InlineData(SocketError.TryAgain)]
    public void A_host_that_cannot_be_reached_may_be_soon(SocketError code) => Assert.True(MayPass(Failed(new SocketException((int)code))));

    [Fact]
    public void A_host_that_does_not_exist_is_a_mistake_in_its_name() => Assert.False(MayPass(UnknownHost));

    [Fact]
    public void One_of_several_hosts_that_may_be_available_soon_is_enough()
    {
        Assert.True(MayPass(OfSeveral(UnknownHost, Failed(new SocketException((int)SocketError.ConnectionRefused)))));
        Assert.True(MayPass(OfSeveral(Answer("57P03"), UnknownHost)));
        Assert.False(MayPass(OfSeveral(UnknownHost, Answer("28P01"))));
    }

    [Fact]
    public void None_of_several_hosts_may_accept_writes_yet() => Assert.True(MayPass(new NpgsqlException(NoHost)));

    [Fact]
    public void Another_fault_of_the_connection_stays_the_same()
    {
        Exception[] faults =
        [
            new NpgsqlException("No password has been provided but the backend requires one (in MD5)"),
            new NpgsqlException(NoHost, new IOException("The stream is broken.")),
            Failed(new IOException("The stream is broken.")),
            Failed(new CryptographicException("ASN1 corrupted data.")),
            new CryptographicException("ASN1 corrupted data."),
        ];

        Assert.All(faults, fault => Assert.False(MayPass(fault)));
    }

    static bool MayPass(Exception fault) => StartFaults.Explain(fault, "handstamp").MayPass;

    static PostgresException Answer(string code) => new("It failed.", "FATAL", "FATAL", code);

    static NpgsqlException Failed(Exception inner) => new("Failed to connect to 192.0.2.7:5432", inner);

    static NpgsqlException OfSeveral(params Exception[] hosts) =>
        new("Unable to connect to a suitable host. Check inner exception for more details.", new AggregateException(hosts));
}
