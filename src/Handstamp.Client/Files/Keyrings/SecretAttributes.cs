namespace Handstamp.Client.Files.Keyrings;

/// <summary>The attributes by which a secret is found again.</summary>
sealed class SecretAttributes : IDisposable
{
    public SecretAttributes(string name)
    {
        Table = LibSecret.NewTable();
        // The schema's name is an ordinary attribute, as long as libsecret gets no schema.
        LibSecret.Insert(Table, LibSecret.Copy("xdg:schema"), LibSecret.Copy("handstamp.FileTokenStore"));
        LibSecret.Insert(Table, LibSecret.Copy("name"), LibSecret.Copy(name));
    }

    public nint Table { get; }

    public void Dispose() => LibSecret.UnrefTable(Table);
}
