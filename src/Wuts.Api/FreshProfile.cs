using Wuts.Core;
using Wuts.Core.Contacts;

namespace Wuts.Api;

/// <summary>For dialects that promise an error where WhatsApp could not be asked, and not what it said earlier.</summary>
internal static class FreshProfile
{
    /// <summary>The profile when it is as young as was asked for, otherwise why it is not.</summary>
    public static Answer<ContactProfile> OrFailure(this Answer<ContactProfile> answer) =>
        answer.Value is { Unrenewed: { } failure } ? failure : answer;
}
