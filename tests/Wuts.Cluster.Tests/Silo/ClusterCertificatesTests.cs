using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using Wuts.Silo.Composition;

namespace Wuts.Cluster.Tests.Silo;

public sealed class ClusterCertificatesTests : IDisposable
{
    private readonly Authority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public void Without_settings_there_is_no_TLS() => Assert.Null(Read([]));

    [Fact]
    public void What_the_authority_issued_is_trusted_and_nothing_else()
    {
        var certificates = Read(_authority.Issue())!;
        using var stranger = new Authority();

        Assert.True(certificates.Trusts(CertificateOf(_authority.Issue("other"))));
        Assert.False(certificates.Trusts(CertificateOf(stranger.Issue())));
        Assert.False(certificates.Trusts(CertificateOf(_authority.Issue(validFor: TimeSpan.FromDays(1)))));
        Assert.False(certificates.Trusts(null));
    }

    [Fact]
    public void With_a_name_only_certificates_for_it_are_trusted()
    {
        var certificates = Read(With(_authority.Issue("wuts"), "CertificateName", "wuts"))!;

        Assert.True(certificates.Trusts(CertificateOf(_authority.Issue("wuts"))));
        Assert.False(certificates.Trusts(CertificateOf(_authority.Issue("mail"))));
    }

    [Theory]
    [InlineData("Certificate", "/no/such/file")]
    [InlineData("CertificateKey", "/no/such/file")]
    [InlineData("CertificateAuthority", "/no/such/file")]
    [InlineData("Certificate", null)]
    [InlineData("CertificateKey", null)]
    [InlineData("CertificateAuthority", null)]
    [InlineData("CertificateName", "somebody.else")]
    public void A_setting_that_does_not_fit_ends_the_start_and_is_named(string setting, string? value) =>
        AssertRefused(With(_authority.Issue(), setting, value), "Wuts:Cluster:Certificate");

    [Fact]
    public void An_expired_certificate_ends_the_start() => AssertRefused(_authority.Issue(validFor: TimeSpan.FromDays(1)), "which is valid from");

    [Fact]
    public void A_certificate_that_the_others_would_refuse_ends_the_start()
    {
        using var stranger = new Authority();

        AssertRefused(With(_authority.Issue(), "CertificateAuthority", stranger.Path), "the others would refuse");
    }

    [Fact]
    public void A_key_of_another_certificate_ends_the_start() =>
        AssertRefused(With(_authority.Issue(), "CertificateKey", _authority.Issue()["Wuts:Cluster:CertificateKey"]), "cannot be read");

    private static void AssertRefused(Dictionary<string, string?> settings, string why) =>
        Assert.Contains(why, Assert.Throws<ArgumentException>(() => Read(settings)).Message, StringComparison.Ordinal);

    private static Dictionary<string, string?> With(Dictionary<string, string?> settings, string name, string? value) =>
        new(settings) { [$"Wuts:Cluster:{name}"] = value };

    private static ClusterCertificates? Read(Dictionary<string, string?> settings) =>
        ClusterCertificates.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), TimeProvider.System);

    private static X509Certificate2 CertificateOf(Dictionary<string, string?> settings) =>
        X509CertificateLoader.LoadCertificateFromFile(settings["Wuts:Cluster:Certificate"]!);
}
