using System.Net;
using System.Text.Json;
using Handstamp.Server.GeoIp;
using Handstamp.Server.Tests.Mail;
using Handstamp.Server.Tests.Pages;
using Handstamp.TestBed;
using MaxMind.Db;
using Xunit;

namespace Handstamp.Server.Tests.GeoIp;

public sealed class PlacesTests : IDisposable
{
    const string Setting = "GeoIp:Database";
    const string Unusable = "Device lists show no places until it can.";

    readonly TempDirectory _here = new();

    string Database => _here.File("city.mmdb");

    public void Dispose() => _here.Dispose();

    [Theory]
    [InlineData(24, true, 0)]
    [InlineData(28, true, 300)]
    [InlineData(32, true, 3_000)]
    [InlineData(24, false, 100_000)]
    [InlineData(28, false, 600_000)]
    public void The_places_are_those_that_the_reader_of_MaxMind_finds(int recordSize, bool isV6, int filler)
    {
        var file = new MaxMindFile(recordSize, isV6)
            .Add("192.0.2.0/25", MaxMindFile.Of("Berlin", "DE", filler))
            .Add("192.0.2.128/25", MaxMindFile.Of("Düsseldorf", "DE"))
            .Add("198.51.100.7/32", MaxMindFile.Of(null, "FR"))
            .Add("203.0.113.0/24", MaxMindFile.Of(null, null));
        if (isV6) file.Add("2001:db8::/32", MaxMindFile.Of("Paris", "FR"));
        file.Save(Database);

        using var oracle = new Reader(Database, FileAccessMode.Memory);
        using var database = GeoIpDatabase.Open(Database);
        var found = 0;
        foreach (var text in (string[])["192.0.2.0", "192.0.2.127", "192.0.2.128", "198.51.100.7", "198.51.100.6", "203.0.113.9", "0.0.0.0", "255.255.255.255"])
            AssertSame(IPAddress.Parse(text));
        if (isV6) foreach (var text in (string[])["2001:db8::1", "2001:db9::1", "::1"]) AssertSame(IPAddress.Parse(text));
        else Assert.Equal(default, database.Find(IPAddress.Parse("2001:db8::1")));
        Assert.Equal(isV6 ? 5 : 4, found);

        void AssertSame(IPAddress address)
        {
            var place = database.Find(address);
            Assert.Equal(Place(oracle.Find<Dictionary<string, object>>(address)), place);
            if (place != default) found++;
        }
    }

    static Place Place(Dictionary<string, object>? data) => new(
        Member(Member(Member(data, "city"), "names"), "en") as string, Member(Member(data, "country"), "iso_code") as string);

    static object? Member(object? map, string name) => (map as Dictionary<string, object>)?.GetValueOrDefault(name);

    [Fact]
    public async Task The_device_list_says_the_city_and_the_country_of_each_session()
    {
        MaxMindFile.Write(Database, "127.0.0.0/8", "Berlin", "DE");
        await using var app = await HandstampApp.StartAsync(new() { [Setting] = Database });

        var session = await SessionAsync(app);

        Assert.Equal(("Berlin", "DE"), (session.GetProperty("city").GetString(), session.GetProperty("country").GetString()));
    }

    [Fact]
    public async Task Without_a_file_the_device_list_says_nothing_of_places()
    {
        await using var app = await HandstampApp.StartAsync();

        var session = await SessionAsync(app);

        Assert.False(session.TryGetProperty("city", out _) || session.TryGetProperty("country", out _));
    }

    [Fact]
    public async Task The_pages_and_the_mail_about_a_new_device_say_the_place()
    {
        MaxMindFile.Write(Database, "127.0.0.0/8", "<Berlin>", "DE");
        using var folder = new MailFolder();
        await using var app = await HandstampApp.StartAsync(new(folder.Settings) { [Setting] = Database });
        await app.RegisterAndLoginAsync();
        using var browser = new PageBrowser(app);
        browser.Headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        await browser.LoginAsync();

        Assert.Contains(" · &lt;Berlin&gt;, DE", (await browser.GetAsync("/account")).Html, StringComparison.Ordinal);
        var mail = Assert.Single(await folder.ReadAsync(HandstampApp.Email));
        Assert.Contains("127.0.0.1 (<Berlin>, DE)", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1 (&lt;Berlin&gt;, DE)", mail.HtmlBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_moved_into_place_is_used_at_once()
    {
        MaxMindFile.Write(Database, "127.0.0.0/8", "Berlin", "DE");
        await using var app = await HandstampApp.StartAsync(new() { [Setting] = Database });
        var places = app.Get<Places>();
        Assert.Equal(new("Berlin", "DE"), places.Find(IPAddress.Loopback));

        MaxMindFile.Write(Database, "127.0.0.0/8", "Paris", "FR");

        Assert.Equal(new("Paris", "FR"), places.Find(IPAddress.Loopback));
    }

    [Fact]
    public async Task A_file_that_is_damaged_while_in_use_is_logged_once_and_the_list_goes_on_without_places()
    {
        MaxMindFile.Write(Database, "127.0.0.0/8", "Berlin", "DE");
        await using var app = await HandstampApp.StartAsync(new() { [Setting] = Database });
        var login = await app.RegisterAndLoginAsync();
        for (var damage = 1; damage <= 2; damage++)
        {
            File.WriteAllText(Database, "no longer");
            for (var call = 0; call < 3; call++)
            {
                using var answer = await app.SendAsync(HttpMethod.Get, "/sessions", accessToken: login.AccessToken);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                Assert.DoesNotContain("Berlin", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            }
            Assert.Equal(damage, app.Logs.Lines.Count(line => line.Contains(Unusable, StringComparison.Ordinal)));

            MaxMindFile.Write(Database, "127.0.0.0/8", "Berlin", "DE");
            Assert.Equal("Berlin", app.Get<Places>().Find(IPAddress.Loopback).City);
        }
    }

    [Fact]
    public void What_is_wrong_with_the_file_is_named_at_the_start()
    {
        Assert.StartsWith($"GeoIp:Database is {Database}, which cannot be used: Could not find file", Places.Fault(Database));
        File.WriteAllText(Database, "192.0.2.0/24,Berlin");
        Assert.Equal($"GeoIp:Database is {Database}, which cannot be used: it is not in the MaxMind format (.mmdb).", Places.Fault(Database));
        MaxMindFile.Write(Database, "127.0.0.0/8", "Berlin", "DE");
        Assert.Null(Places.Fault(Database));
    }

    [Fact]
    [Trait("Kind", "Proof")]
    public void No_damage_of_a_file_does_more_than_to_hide_places()
    {
        MaxMindFile.Write(Database, "127.0.0.0/8", "Berlin", "DE");
        var whole = File.ReadAllBytes(Database);
        for (var length = 0; length < whole.Length; length++) Try(whole.AsSpan(0, length).ToArray());
        for (var place = 0; place < whole.Length; place++)
            foreach (var value in (byte[])[0, 0x3F, 0xE1, 0xFF])
            {
                var damaged = whole.ToArray();
                damaged[place] = value;
                Try(damaged);
            }

        void Try(byte[] bytes)
        {
            File.WriteAllBytes(Database, bytes);
            try
            {
                using var database = GeoIpDatabase.Open(Database);
                foreach (var address in (IPAddress[])[IPAddress.Loopback, IPAddress.IPv6Loopback, IPAddress.Broadcast]) database.Find(address);
            }
            catch (InvalidDataException)
            {
                // Places.FindAll handles it.
            }
        }
    }

    static async Task<JsonElement> SessionAsync(HandstampApp app)
    {
        var login = await app.RegisterAndLoginAsync();
        using var answer = await app.SendAsync(HttpMethod.Get, "/sessions", accessToken: login.AccessToken);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("sessions")[0].Clone();
    }
}
