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

    const string LayoutFile = "layout.html";

    static readonly string[] InText = ["service", "link", "code", "expires", "time", "address"];
    static readonly string[] InLayout = ["language", "title", "service", "color", "body"];

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

    public string Layout => _files[LayoutFile];

    /// <summary>What is wrong with the files of a directory: a mail without its link would help nobody.</summary>
    public static IEnumerable<string> Faults(string folder) => Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)
        .SelectMany(file => Faults(Path.GetFileName(file), File.ReadAllText(file)))
        .Select(fault => $"Mail:Templates: {fault}");

    static IEnumerable<string> Faults(string file, string text)
    {
        var isLayout = file == LayoutFile;
        if (!isLayout && !IsNameOfText(file))
            yield return $"{file} is no name of a mail. Names are {LayoutFile} and {string.Join(", ", Kinds.Select(kind => $"{kind}.en.txt"))}.";
        else if (MailTemplate.Placeholders(text).Except(isLayout ? InLayout : InText).FirstOrDefault() is { } unknown)
            yield return $"{file} has the unknown placeholder {{{unknown}}}.";
        else if (!MailTemplate.Placeholders(text).Contains(isLayout ? "body" : "link"))
            yield return $"{file} lacks the placeholder {(isLayout ? "{body}" : "{link}")}.";
    }

    static bool IsNameOfText(string file) =>
        file.Split('.') is [var kind, { Length: > 0 } language, "txt"] && Kinds.Contains(kind) && language.All(char.IsAsciiLetterLower);

    /// <summary>The first language of the receiver in which the mail exists, and its text in it.</summary>
    public (string Language, MailTemplate Template) Find(MailKind kind, string? languages)
    {
        var name = NameOf(kind);
        var language = Wanted(languages).FirstOrDefault(wanted => _files.ContainsKey($"{name}.{wanted}.txt")) ?? Fallback;
        return (language, new MailTemplate(_files[$"{name}.{language}.txt"]));
    }

    static IEnumerable<string> Kinds => Enum.GetValues<MailKind>().Select(NameOf);

    static string NameOf(MailKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());

    /// <summary>RFC 9110 §12.5.4, by language only: <c>de-AT</c> is German.</summary>
    static IEnumerable<string> Wanted(string? languages) =>
        StringWithQualityHeaderValue.TryParseList([languages ?? ""], out var wishes)
            ? wishes.Where(wish => wish.Quality is not 0)
                .OrderByDescending(wish => wish.Quality ?? 1)
                .Select(wish => wish.Value.ToString().Split('-')[0])
                .Select(value => value.All(char.IsAsciiLetter) ? value.ToLowerInvariant() : Fallback)
            : [];
}
