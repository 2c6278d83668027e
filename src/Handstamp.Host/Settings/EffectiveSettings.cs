using Handstamp.Server.Http;
using Handstamp.Server.Storage;

namespace Handstamp.Host.Settings;

/// <summary>The settings from all sources. Keys and kinds are checked here, ranges by the options.</summary>
sealed class EffectiveSettings
{
    const string FileName = "handstamp.json";
    const string DefaultDirectory = "data";

    static readonly string[] Options = ["config", "data", "environment", "json", "urls"];

    readonly Dictionary<string, SettingValue> _values;
    string? _file;

    EffectiveSettings(Dictionary<string, SettingValue> values, string environment) =>
        (_values, Environment) = (values, environment);

    public string Environment { get; }

    public string DataDirectory => _values[KnownSettings.DataDirectory].Text;

    public string Urls => _values[KnownSettings.Urls].Text;

    string? BasePath => _values.GetValueOrDefault(KnownSettings.BasePath).Text?.TrimEnd('/');

    /// <summary>Whether the database is on a server instead of in the data directory.</summary>
    public bool IsOnPostgres => _values.GetValueOrDefault(KnownSettings.Provider).Text is StorageOptions.Postgres;

    /// <summary>Where the value comes from, or null for the default.</summary>
    public string? OriginOf(Setting setting) =>
        _values.TryGetValue(setting.Key, out var value) && value.Origin.Length > 0 ? value.Origin : null;

    /// <summary>Whether other users of the machine can read the value.</summary>
    public bool IsOnCommandLine(string key) =>
        _values.GetValueOrDefault(key).Origin?.StartsWith("--", StringComparison.Ordinal) is true;

    /// <summary>The settings file and the secrets in it that count; null if it has none.</summary>
    public (string File, IReadOnlyList<string> Keys)? SecretsInFile()
    {
        string[] keys = [.. _values.Values.Where(value => value.Origin == _file && KnownSettings.Find(value.Key)!.IsSecret).Select(value => value.Key)];
        return _file is null || keys.Length == 0 ? null : (_file, keys);
    }

    /// <summary>Merges file, environment and command line; the last one wins. Throws one exception with every fault.</summary>
    public static EffectiveSettings Read(SettingsInput input)
    {
        var (faults, misunderstood) = (new List<string>(), new List<string>());
        var variables = SettingsEnvironment.Read(System.Environment.GetEnvironmentVariables());
        SettingValue[] arguments = [.. input.Options, .. SettingsArguments.Read(input.Arguments, misunderstood)];

        var path = FileOf(input, [.. variables, .. arguments]);
        var file = path is null ? [] : new SettingsFile(path, faults).Read();

        var values = Defaults();
        Merge(values, file, faults);
        Merge(values, variables, faults);
        Merge(values, arguments, misunderstood);
        if (input.Environment == Environments.Development) AddMailFolder(values);
        if (misunderstood.Count > 0) throw CommandFailedException.NotUnderstood([.. faults, .. misunderstood]);
        return faults.Count == 0 ? new(values, input.Environment) { _file = path } : throw CommandFailedException.InvalidSettings(faults);
    }

    /// <summary>The configuration that the options are bound to. It contains nothing else.</summary>
    public IConfigurationRoot ToConfiguration() =>
        new ConfigurationBuilder().AddInMemoryCollection(_values.Values.SelectMany(Flat)).Build();

    /// <summary>The same settings, with the service's own address as the issuer unless one was set.</summary>
    public EffectiveSettings WithIssuer(string? address = null)
    {
        var values = new Dictionary<string, SettingValue>(_values, _values.Comparer);
        var issuer = (address ?? FirstUrl()) + BasePath;
        values.TryAdd(KnownSettings.Issuer, new SettingValue(KnownSettings.Issuer, issuer, ""));
        return new EffectiveSettings(values, Environment) { _file = _file };
    }

    /// <summary>Where programs on the same machine reach the service.</summary>
    public string OwnAddress()
    {
        if (!ListenUrl.TryParseAll(Urls, out var urls, out var fault)) throw CommandFailedException.InvalidSettings([fault]);
        // After the port, other characters than a path's would name another host.
        if (_values.TryGetValue(KnownSettings.BasePath, out var path) && HandstampOptionsValidator.FaultOfBasePath(path.Text) is { } wrong)
            throw CommandFailedException.InvalidSettings([wrong]);
        return urls[0].ToOwnUrl() + BasePath;
    }

    string FirstUrl() =>
        ListenUrl.TryParseAll(Urls, out var urls, out _) ? urls[0].ToUrl(urls[0].Port) : ListenOptions.Default;

    static Dictionary<string, SettingValue> Defaults() => new(StringComparer.OrdinalIgnoreCase)
    {
        [KnownSettings.DataDirectory] = new(KnownSettings.DataDirectory, DefaultDirectory, ""),
        [KnownSettings.Urls] = new(KnownSettings.Urls, ListenOptions.Default, ""),
    };

    // So that everything can be tried without a mail server.
    static void AddMailFolder(Dictionary<string, SettingValue> values)
    {
        if (values.ContainsKey(KnownSettings.MailServer) || values.ContainsKey(KnownSettings.MailDirectory)) return;
        var folder = Path.Combine(values[KnownSettings.DataDirectory].Text, "mail");
        values[KnownSettings.MailDirectory] = new(KnownSettings.MailDirectory, folder, "");
        values.TryAdd(KnownSettings.MailFrom, new(KnownSettings.MailFrom, "login@localhost", ""));
    }

    static string? FileOf(SettingsInput input, IEnumerable<SettingValue> given)
    {
        if (input.Config is not null) return input.Config;
        var directory = given.LastOrDefault(value => IsDataDirectory(value.Key)).Text ?? DefaultDirectory;
        var file = Path.Combine(directory, FileName);
        return File.Exists(file) ? file : null;
    }

    static bool IsDataDirectory(string key) =>
        key.Equals(KnownSettings.DataDirectory, StringComparison.OrdinalIgnoreCase);

    static void Merge(Dictionary<string, SettingValue> into, IReadOnlyList<SettingValue> source, List<string> faults)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var value in source)
        {
            if (Fault(value) is { } fault) faults.Add(fault);
            else if (!seen.Add(value.Key)) faults.Add($"{value.Origin}: '{value.Key}' is set twice.");
            else into[value.Key] = value;
        }
    }

    static string? Fault(SettingValue value)
    {
        if (KnownSettings.Find(value.Key) is not { } setting) return Unknown(value);
        if (setting.Kind.Accepts(value.Text)) return null;
        return setting.IsSecret
            ? $"{value.Origin}: {setting.Key} has to be {setting.Kind.Expected}."
            : $"{value.Origin}: {setting.Key} is '{value.Text}'; it has to be {setting.Kind.Expected}.";
    }

    static string Unknown(SettingValue value)
    {
        if (KnownSettings.IsSection(value.Key)) return $"{value.Origin}: '{value.Key}' is a section, not a setting.";
        var sections = KnownSettings.All.Select(setting => setting.Key.Split(':')[0]);
        var known = KnownSettings.All.Select(setting => setting.Key).Concat(sections).Distinct();
        if (value.Origin.StartsWith('-')) known = known.Concat(Options);
        return Spelling.Nearest(value.Key, known) is { } nearest
            ? $"{value.Origin}: unknown setting '{value.Key}'. Did you mean '{nearest}'?"
            : $"{value.Origin}: unknown setting '{value.Key}'. `handstamp check-config` lists all settings.";
    }

    static IEnumerable<KeyValuePair<string, string?>> Flat(SettingValue value)
    {
        var kind = KnownSettings.Find(value.Key)!.Kind;
        if (kind == SettingKind.List)
            return value.Text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select((item, index) => KeyValuePair.Create($"{value.Key}:{index}", (string?)item));
        // The binder of the host's own options reads only .NET's format of times.
        return kind == SettingKind.Duration && Duration.TryParse(value.Text, out var duration)
            ? [KeyValuePair.Create(value.Key, (string?)duration.ToString())]
            : [KeyValuePair.Create(value.Key, (string?)value.Text)];
    }
}
