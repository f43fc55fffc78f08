using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Wuts.Cluster.Tests.Silo;

/// <summary>An authority with a directory of its own, in which it leaves what it issues as PEM files.</summary>
internal sealed class Authority : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("wuts-authority-");
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;
    private int _issued;

    public Authority()
    {
        var request = new CertificateRequest("CN=Authority", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = DateTimeOffset.UtcNow;
        _certificate = request.CreateSelfSigned(now.AddDays(-30), now.AddDays(30));
        File.WriteAllText(Path, _certificate.ExportCertificatePem());
    }

    /// <summary>The file with its own certificate.</summary>
    public string Path => System.IO.Path.Combine(_directory.FullName, "ca.pem");

    /// <summary>Issues a certificate, and returns the settings that name it.</summary>
    /// <param name="name">The DNS name that it is for.</param>
    /// <param name="validFor">How long it is valid from two days ago.</param>
    public Dictionary<string, string?> Issue(string name = "wuts", TimeSpan? validFor = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var from = DateTimeOffset.UtcNow.AddDays(-2);
        using var certificate = request.Create(_certificate, from, from + (validFor ?? TimeSpan.FromDays(9)), RandomNumberGenerator.GetBytes(8));
        var number = ++_issued;
        var (pem, secret) = (System.IO.Path.Combine(_directory.FullName, $"{number}.pem"), System.IO.Path.Combine(_directory.FullName, $"{number}.key"));
        File.WriteAllText(pem, certificate.ExportCertificatePem());
        File.WriteAllText(secret, key.ExportPkcs8PrivateKeyPem());
        return new()
        {
            ["Wuts:Cluster:Certificate"] = pem,
            ["Wuts:Cluster:CertificateKey"] = secret,
            ["Wuts:Cluster:CertificateAuthority"] = Path,
        };
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
        _directory.Delete(recursive: true);
    }
}
