using System.Security.Cryptography;
using Handstamp.Storage.Postgres.Engine;
using Npgsql;

namespace Handstamp.Storage.Tests.Postgres.Engine;

/// <summary>The sentences that an operator reads.</summary>
public sealed class StartFaultsTests
{
    const string Name = "handstamp on db.example.com";
    const string Said = "what the server says";

    const string GivesPasswordAway = "cleartext password authentication method is not allowed. Allowed methods: ScramSHA256";
    const string HasNoTls = "SSL connection requested. No SSL enabled connection from this host is configured.";
    const string IsNotTrusted = "The remote certificate was rejected by the provided RemoteCertificateValidationCallback.";
    const string LacksPassword = "No password has been provided but the backend requires one (in SASL/SCRAM-SHA-256)";

    const string SetItAgain =
        $"The database {Name} asks for the password in a way that reveals it: {GivesPasswordAway}. Use scram-sha-256 in pg_hba.conf, and set "
        + "the password again while password_encryption is scram-sha-256. Or allow this method with Require Auth.";

    const string EnableTls =
        $"The database {Name} does not accept TLS: {HasNoTls} Enable it (ssl = on). On a private network, you can set SSL Mode=Disable instead.";

    const string TrustIt =
        $"The certificate of the database {Name} is not trusted on this machine, or is for another host name. Set Root Certificate "
        + "to the certificate of its authority, and use the host name that the certificate has.";

    const string AddPassword = $"The database {Name} requires a password, but the connection string has none. Add a Password or a Passfile.";

    const string CheckFiles =
        $"The files that Root Certificate, SSL Certificate and SSL Key name in the connection string of the database {Name} are not "
        + "certificates and a key, in PEM or PKCS #12; or SSL Password is wrong.";

    const string IsAnothers =
        $"The database {Name} contains objects of another program with Handstamp's names: {Said}. Use another database, or a separate "
        + "schema (Search Path=…).";

    const string IsLocked =
        $"The database {Name} did not answer in time. Perhaps another session has locked a table: pg_stat_activity shows it. Start again when "
        + "it has ended.";

    [Fact]
    public void A_fault_of_the_database_or_of_a_certificate_is_explained()
    {
        Exception[] faults =
        [
            new NpgsqlException("Failed to connect"),
            new OldTimelineException("It was replaced."),
            Answer("28P01"),
            new TimeoutException("It took too long."),
            new CryptographicException("ASN1 corrupted data."),
        ];

        Assert.All(faults, fault => Assert.True(StartFaults.IsOne(fault)));
    }

    [Fact]
    public void Another_fault_is_not_explained()
    {
        Exception[] faults =
        [
            new InvalidOperationException("A mistake."),
            new IOException("The disk is full."),
            new OperationCanceledException("The start was interrupted."),
            new InvalidOperationException("It is around another one.", new NpgsqlException("Failed to connect")),
        ];

        Assert.All(faults, fault => Assert.False(StartFaults.IsOne(fault)));
    }

    [Theory]
    [InlineData("28P01", $"The database {Name} rejects this user name and password: {Said}")]
    [InlineData("28000", $"The database {Name} rejects this user name and password: {Said}")]
    [InlineData("3D000", $"The database {Name} does not exist. Create it: CREATE DATABASE … OWNER …")]
    [InlineData("42501", $"The user of the database {Name} may not use its tables: {Said}. docs/guide/postgres.md says what to grant.")]
    [InlineData("3F000", $"The user of the database {Name} may not create tables: {Said}. Make this user the owner of the database.")]
    [InlineData("42P07", IsAnothers)]
    [InlineData("42710", IsAnothers)]
    [InlineData("42723", IsAnothers)]
    [InlineData("53300", $"The database {Name} has no free connection. Raise its max_connections or lower Maximum Pool Size.")]
    [InlineData("57014", IsLocked)]
    [InlineData("55P03", IsLocked)]
    [InlineData("57P03", $"The database {Name} does not accept connections yet: {Said}.")]
    [InlineData("25006", $"The database {Name} is a standby and read-only. Use the primary, or list both hosts.")]
    [InlineData("57P01", $"Cannot use the database {Name}: {Said} (57P01)")]
    [InlineData("42P01", $"Cannot use the database {Name}: {Said} (42P01)")]
    [InlineData("XX001", $"Cannot use the database {Name}: {Said} (XX001)")]
    public void An_answer_of_the_server_is_explained(string code, string sentence)
    {
        var fault = Answer(code);

        var refusal = StartFaults.Explain(fault, Name);

        Assert.Equal(sentence, refusal.Message);
        Assert.Same(fault, refusal.InnerException);
    }

    [Fact]
    public void A_file_that_is_no_certificate_is_explained()
    {
        var read = new CryptographicException("ASN1 corrupted data.");
        var shown = new NpgsqlException("Exception while connecting", read);

        Assert.Equal(CheckFiles, StartFaults.Explain(read, Name).Message);
        Assert.Equal(CheckFiles, StartFaults.Explain(shown, Name).Message);
        Assert.Same(shown, StartFaults.Explain(shown, Name).InnerException);
        Assert.Equal(CheckFiles, StartFaults.Explain(OfSeveral(Failed("refused"), shown), Name).Message);
    }

    [Theory]
    [InlineData(GivesPasswordAway, SetItAgain)]
    [InlineData(HasNoTls, EnableTls)]
    [InlineData(IsNotTrusted, TrustIt)]
    [InlineData(LacksPassword, AddPassword)]
    [InlineData("Connection refused", $"Cannot reach the database {Name}: Connection refused")]
    public void The_reason_for_no_connection_is_explained_whether_the_driver_found_it_or_its_stream(string reason, string sentence)
    {
        var found = new NpgsqlException(reason);

        var refusal = StartFaults.Explain(found, Name);

        Assert.Equal(sentence, refusal.Message);
        Assert.Same(found, refusal.InnerException);
        Assert.Equal(sentence, StartFaults.Explain(Failed(reason), Name).Message);
    }

    [Theory]
    [InlineData("No TLS, but: SSL connection requested")]
    [InlineData("Refused, as: No password has been provided")]
    public void A_reason_that_only_quotes_another_one_is_told_as_it_is(string reason) =>
        Assert.Equal($"Cannot reach the database {Name}: {reason}", StartFaults.Explain(Failed(reason), Name).Message);

    [Fact]
    public void The_reasons_of_several_hosts_are_told_once_each() => Assert.Equal(
        $"Cannot reach the database {Name}: refused; not found; 57P02: {Said}; no host",
        StartFaults.Explain(
            OfSeveral(Failed("refused"), Failed("not found"), Failed("refused"), Answer("57P02"), new NpgsqlException("no host")), Name).Message);

    [Theory]
    [InlineData(HasNoTls, GivesPasswordAway, SetItAgain)]
    [InlineData(IsNotTrusted, HasNoTls, EnableTls)]
    [InlineData(LacksPassword, IsNotTrusted, TrustIt)]
    [InlineData("Connection refused", LacksPassword, AddPassword)]
    public void What_is_wrong_with_one_of_several_hosts_is_told_before_a_lesser_fault(string lesser, string reason, string sentence) =>
        Assert.Equal(sentence, StartFaults.Explain(OfSeveral(Failed(lesser), Failed(reason)), Name).Message);

    static PostgresException Answer(string code) => new(Said, "FATAL", "FATAL", code);

    static NpgsqlException Failed(string reason) => new("Failed to connect to 192.0.2.7:5432", new IOException(reason));

    static NpgsqlException OfSeveral(params Exception[] hosts) =>
        new("Unable to connect to a suitable host. Check inner exception for more details.", new AggregateException(hosts));
}
