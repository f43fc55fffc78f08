using Wuts.Simulator.Faults;

namespace Wuts.Contract.Scene;

/// <summary>What calls that need WhatsApp answered while it did not answer, and the same calls afterwards.</summary>
public sealed class SilentWhatsApp
{
    // Two users, because a device asks for one picture and one group at a time.
    private static readonly (string Method, string Path, string? Body)[][] Calls =
    [
        [
            ("GET", "/contacts/profile?number=5511999999999", null),
            ("GET", "/contacts/profile-picture?number=5511999999999", null),
            ("POST", "/contact/check", """{"numbers":["5511999999999"]}"""),
            ("POST", "/contacts/block?number=5511999999999", null),
            ("POST", "/appstate/sync", """{"scopes":["settings"]}"""),
            ("GET", "/groups/120363039999999990@g.us", null),
        ],
        [
            ("POST", "/contacts/resolve", """{"jids":["5511888888888"]}"""),
            ("GET", "/contacts/5511999999999/picture", null),
            ("GET", "/groups/120363039999999991@g.us/invite", null),
        ],
    ];

    private readonly IReadOnlyDictionary<string, ApiAnswer> _during;
    private readonly IReadOnlyDictionary<string, ApiAnswer> _after;

    private SilentWhatsApp(IReadOnlyDictionary<string, ApiAnswer> during, IReadOnlyDictionary<string, ApiAnswer> after)
    {
        _during = during;
        _after = after;
    }

    /// <summary>The answer of a call, named by its path without parameters, while WhatsApp was silent.</summary>
    public ApiAnswer During(string path) => _during[path];

    /// <summary>The answer of the same call afterwards.</summary>
    public ApiAnswer After(string path) => _after[path];

    internal static async Task<SilentWhatsApp> WatchAsync(GatewayUnderTest gateway)
    {
        var during = new Dictionary<string, ApiAnswer>();
        var after = new Dictionary<string, ApiAnswer>();
        LinkedUser[] users = [await gateway.LinkAsync(), await gateway.LinkAsync()];
        var silences = users.Select(user => gateway.Arm(new Fault.NoAnswer { Account = user.Account.Phone })).ToList();
        await AskAsync(users, during);
        silences.ForEach(silence => silence.Dispose());
        await AskAsync(users, after);
        return new SilentWhatsApp(during, after);
    }

    private static async Task AskAsync(LinkedUser[] users, Dictionary<string, ApiAnswer> answers)
    {
        var asked = users.SelectMany((user, i) => Calls[i].Select(call => (call.Path, Answer: AskAsync(user, call)))).ToList();
        foreach (var (path, answer) in asked)
        {
            answers.Add(path.Split('?')[0], await answer);
        }
    }

    private static Task<ApiAnswer> AskAsync(LinkedUser user, (string Method, string Path, string? Body) call) =>
        user.Http.SendAsync(new HttpMethod(call.Method), call.Path, call.Body, null);
}
