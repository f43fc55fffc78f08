using Wuts.Core.Contacts;
using Wuts.Core.Groups;
using Wuts.WhatsApp.Binary;

namespace Wuts.Core.Devices;

/// <content>
/// Reads that go on while the database does not: what was answered lately is answered again, and says since when it may have changed
/// wherever an answer has a place for that.
/// </content>
public sealed partial class Device
{
    /// <summary>Answers, and remembers the answer; while the database is away, answers what it answered to the same question before.</summary>
    /// <param name="question">The question, comparable by value.</param>
    /// <param name="work">Finds the answer.</param>
    /// <param name="rows">How large an answer is; zero for one that is not worth remembering.</param>
    /// <param name="asOld">Notes in an answer since when it may be out of date; <see langword="null"/> when it does not fit the question.</param>
    private async Task<Answer<T>> RecallAsync<T>(object question, Func<Task<Answer<T>>> work, Func<T, int> rows, Func<T, DateTimeOffset, T?> asOld)
        where T : class
    {
        var answer = await AnswerAsync(work);
        if (answer.TryGet(out var value, out var failure))
        {
            if (rows(value) is > 0 and var size)
            {
                _services.Memory.Keep(_id, question, value, size);
            }

            return answer;
        }

        // Who is about to go has nothing to say any more: another owner may know better.
        if (_over || failure is not Failure.Unavailable || !_services.Memory.TryFind<T>(_id, question, out var known, out var at)
            || asOld(known, _record is not null && StaleSince is { } since && since < at ? since : at) is not { } old)
        {
            return answer;
        }

        DeviceLog.Recalled(_logger, _id);
        return Answer.Of(old);
    }

    private static string KeyOf(string question, IEnumerable<Jid> jids, string more = "") => $"{question} {string.Join(' ', jids)} {more}";

    private static ContactPage? AsOld(ContactPage page, ContactListRequest request, DateTimeOffset since) =>
        request.KnownVersion == page.Version
            ? new ContactPage(page.Version, [], [], HasMore: false, since) { IsUnchanged = true }
            : page with { StaleSince = since };

    private static int RowsOf(IEnumerable<GroupView> groups) => groups.Sum(group => 1 + group.Info.Members.Count);
}
