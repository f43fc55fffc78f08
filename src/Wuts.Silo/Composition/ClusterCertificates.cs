using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;

namespace Wuts.Silo.Composition;

/// <summary>
/// Mutual TLS between the processes of a cluster. Both ends show a certificate that the cluster's own authority has issued; nothing
/// else is trusted, the authorities of the machine included. Read at the start: a process with a new certificate is started anew.
/// </summary>
internal sealed class ClusterCertificates
{
    private const string CertificateSetting = "Wuts:Cluster:Certificate";
    private const string KeySetting = "Wuts:Cluster:CertificateKey";
    private const string AuthoritySetting = "Wuts:Cluster:CertificateAuthority";
    private const string NameSetting = "Wuts:Cluster:CertificateName";

    private readonly X509Certificate2 _own;
    private readonly X509Certificate2Collection _authorities;
    private readonly string? _name;

    private ClusterCertificates(X509Certificate2 own, X509Certificate2Collection authorities, string? name)
    {
        _own = own;
        _authorities = authorities;
        _name = name;
    }

    /// <summary>
    /// Reads <c>Wuts:Cluster:Certificate</c> and <c>CertificateKey</c> (PEM files), <c>CertificateAuthority</c> (PEM file with the
    /// authorities that issue certificates of the cluster) and <c>CertificateName</c> (a DNS name that the others' certificates have
    /// to be for; without it everything that the authority issued is let in).
    /// </summary>
    /// <returns><see langword="null"/> when none of them is set: then the processes speak without TLS.</returns>
    /// <exception cref="ArgumentException">A setting is missing, or what it names cannot be read or used now; the message names it.</exception>
    public static ClusterCertificates? Read(IConfiguration configuration, TimeProvider time)
    {
        var certificate = Text(configuration, CertificateSetting);
        var key = Text(configuration, KeySetting);
        var authority = Text(configuration, AuthoritySetting);
        var name = Text(configuration, NameSetting);
        if (certificate is null && key is null && authority is null && name is null)
        {
            return null;
        }

        if (certificate is null || key is null || authority is null)
        {
            throw new ArgumentException($"TLS in the cluster needs all of {CertificateSetting}, {KeySetting} and {AuthoritySetting}.");
        }

        var authorities = new X509Certificate2Collection();
        ReadFile(AuthoritySetting, authority, () => authorities.ImportFromPemFile(authority));
        if (authorities.Count == 0)
        {
            throw new ArgumentException($"{AuthoritySetting} names \"{authority}\", which has no certificate in it.");
        }

        X509Certificate2? own = null;
        ReadFile(CertificateSetting, certificate, () => own = X509Certificate2.CreateFromPemFile(certificate, key));
        var read = new ClusterCertificates(own!, authorities, name);
        return time.GetUtcNow() is var now && (now < own!.NotBefore || now > own.NotAfter)
            ? throw new ArgumentException($"{CertificateSetting} names \"{certificate}\", which is valid from {own.NotBefore:u} to {own.NotAfter:u}.")
            : read.Trusts(own) ? read
            : throw new ArgumentException(
                $"{CertificateSetting} names \"{certificate}\", which the others would refuse: {AuthoritySetting} or {NameSetting} does not fit it.");
    }

    /// <summary>Whether a process that shows a certificate belongs to the cluster.</summary>
    public bool Trusts(X509Certificate2? certificate)
    {
        if (certificate is null || (_name is not null && !certificate.MatchesHostname(_name, allowCommonName: false)))
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        return chain.Build(certificate);
    }

    /// <summary>Makes a silo or a client use it.</summary>
    public void Apply(TlsOptions options)
    {
        options.LocalCertificate = _own;
        options.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        options.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.RemoteCertificateValidation = (certificate, _, _) => Trusts(certificate);

        // Addresses of pods come and go; what a certificate is for is checked above.
        options.OnAuthenticateAsClient = (_, authentication) => authentication.TargetHost = _name ?? "wuts";
    }

    private static void ReadFile(string setting, string path, Action read)
    {
        try
        {
            read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new ArgumentException($"{setting} names \"{path}\", which cannot be read: {e.Message}", e);
        }
    }

    private static string? Text(IConfiguration configuration, string name) =>
        configuration[name]?.Trim() is { Length: > 0 } text ? text : null;
}
