using System.Text.RegularExpressions;
using Handstamp.Host.Settings;
using Handstamp.Server.Tests.Docs;
using Xunit;

namespace Handstamp.Host.Tests.Docs;

/// <summary>docs/guide/settings.md, all of it: the executable's own settings stand at its end.</summary>
public sealed partial class SettingsPageTests
{
    [Fact]
    public void The_page_has_every_known_setting_and_no_other()
    {
        var documented = Row().Matches(Repository.Read("docs/guide/settings.md")).Select(row => row.Groups[1].Value);

        Assert.Equal(KnownSettings.All.Select(setting => setting.Key).Order(), documented.Order());
    }

    [GeneratedRegex(@"^\| `([A-Za-z:]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
