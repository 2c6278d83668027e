using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Handstamp.Server.Tests.Mail;

/// <summary>An untrusted certificate, in two files.</summary>
sealed class Certificate : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("handstamp-test-");

    public Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
    }

    public string CertificateFile => Path.Combine(_folder.FullName, "certificate.pem");

    public string KeyFile => Path.Combine(_folder.FullName, "key.pem");

    public void Dispose() => _folder.Delete(recursive: true);
}
