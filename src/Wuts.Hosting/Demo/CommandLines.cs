using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Wuts.Hosting.Demo;

/// <summary>What a person at the terminal needs next: addresses, ids and command lines that work as they stand.</summary>
internal static class CommandLines
{
    /// <summary>Where a caller on this machine reaches the API: the first address, with a host name in place of "all addresses".</summary>
    public static Uri AddressOf(WebApplication app)
    {
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()
            ?? throw new InvalidOperationException("The server listens nowhere.");
        var binding = BindingAddress.Parse(address);
        var host = binding.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "127.0.0.1" : binding.Host;
        return new UriBuilder(binding.Scheme, host, binding.Port).Uri;
    }

    /// <summary>Writes addresses, ids and command lines.</summary>
    /// <param name="to">Where: to the terminal, not to the log, for there is a token among it.</param>
    /// <param name="api">Root of the API.</param>
    /// <param name="token">Token of a user.</param>
    /// <param name="device">The device.</param>
    /// <param name="instance">The device in the Wawp dialect.</param>
    /// <param name="person">A phone number to ask about.</param>
    public static async Task WriteAsync(TextWriter to, Uri api, string token, string device, string instance, string person)
    {
        var root = api.ToString().TrimEnd('/');
        await to.WriteLineAsync($"""

              API          {root}
              Reference    {root}/docs
              Dashboard    {root}/
              User token   {token}
              Device id    {device}
              Instance id  {instance}

              # contacts, a profile, a picture, who is who (WUTS)
              curl -s {root}/contacts -H 'Authorization: Bearer {token}'
              curl -s '{root}/contacts/profile?number={person}' -H 'Authorization: Bearer {token}'
              curl -s '{root}/contacts/profile-picture?number={person}&preview=false' -H 'Authorization: Bearer {token}'
              curl -s '{root}/contacts/{person}/picture?size=full' -H 'Authorization: Bearer {token}' -o picture.jpg
              curl -s {root}/contacts/resolve -H 'Authorization: Bearer {token}' -d '{"{"}"jids":["{person}"]{"}"}'
              curl -s '{root}/identity/people?number={person}&device_id={device}' -H 'Authorization: Bearer {token}'

              # the same person in the device-profile API and in Wawp v2
              curl -s '{root}/devices/{device}/profile?jid={person}' -H 'Authorization: Bearer {token}'
              curl -s '{root}/v2/contacts/profile-picture?instance_id={instance}&access_token={token}&contactId={person}@c.us'

            """);
    }
}
