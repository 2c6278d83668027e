using System.Text.Json;
using Handstamp.Server.Accounts.Emails;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Handstamp.Mail;

/// <summary>
/// The texts of the mails: one file for each kind and language, named <c>password_reset.en.txt</c>, and the HTML around
/// them, <c>layout.html</c>. A file in the directory of <c>Mail:Templates</c> replaces the one that comes with the service,
/// and a file of another language adds it. They are read once, at start.
/// </summary>
sealed class MailTemplates
{
    const string Folder = "mail/";
    const string Fallback = "en";

    readonly Dictionary<string, string> _files = new(StringComparer.Ordinal);

    public MailTemplates(IOptions<MailOptions> options)
    {
        var assembly = typeof(MailTemplates).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            _files[name[Folder.Length..]] = reader.ReadToEnd();
        }
        if (options.Value.Templates is not { } folder) return;
        foreach (var file in Directory.EnumerateFiles(folder)) _files[Path.GetFileName(file)] = File.ReadAllText(file);
    }

    public string Layout => _files["layout.html"];

    /// <summary>The language of the receiver's that there is this mail in, and its text.</summary>
    public (string Language, MailTemplate Template) Find(MailKind kind, string? languages)
    {
        var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());
        var language = Wanted(languages).FirstOrDefault(wanted => _files.ContainsKey($"{name}.{wanted}.txt")) ?? Fallback;
        return (language, new MailTemplate(_files[$"{name}.{language}.txt"]));
    }

    /// <summary>RFC 9110 §12.5.4, by language only: <c>de-AT</c> is German.</summary>
    static IEnumerable<string> Wanted(string? languages) =>
        StringWithQualityHeaderValue.TryParseList([languages ?? ""], out var wishes)
            ? wishes.Where(wish => wish.Quality is not 0)
                .OrderByDescending(wish => wish.Quality ?? 1)
                .Select(wish => wish.Value.ToString().Split('-')[0])
                .Select(value => value.All(char.IsAsciiLetter) ? value.ToLowerInvariant() : Fallback)
            : [];
}
