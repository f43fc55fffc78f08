using System.Collections.Concurrent;
using System.Globalization;
using Wuts.Simulator.People;
using Wuts.Simulator.Phones;
using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator;

/// <summary>The accounts of the network, by number and by LID. Safe for concurrent use.</summary>
public sealed class AccountDirectory
{
    private const long FirstFictionalNumber = 1_555_000_0000;
    private const long FirstLid = 100_000_000_000_000;

    private readonly ConcurrentDictionary<string, Account> _byPhone = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Account> _byLid = new(StringComparer.Ordinal);
    private readonly SimulatorRandom _random;
    private readonly TimeProvider _time;
    private readonly DateTimeOffset _startedAt;
    private readonly Action<Account> _deleted;
    private readonly Func<Account, bool, Handset> _handset;
    private PersonDirectory? _people;
    private long _issued;

    internal AccountDirectory(SimulatorRandom random, TimeProvider time, Action<Account> deleted, Func<Account, bool, Handset> handset)
    {
        _handset = handset;
        _random = random;
        _time = time;
        _startedAt = time.GetUtcNow();
        _deleted = deleted;
    }

    /// <summary>How many accounts there are.</summary>
    public int Count => _byPhone.Count;

    /// <summary>All accounts, in no particular order.</summary>
    public IReadOnlyCollection<Account> All => [.. _byPhone.Values];

    /// <summary>Makes an account.</summary>
    /// <exception cref="ArgumentException">A value of the specification is malformed, or its number or LID is taken.</exception>
    public Account Create(AccountSpec? spec = null)
    {
        spec ??= new AccountSpec();
        Check(spec);
        var phone = spec.Phone ?? NextFreePhone();
        var lid = spec.Lid ?? _people?.LidOf(phone) ?? NextFreeLid();
        if (_people?.Find(new Jid(lid, JidServers.Lid)) is { } other && other.Phone != phone)
        {
            throw new ArgumentException("Somebody else has this LID.", nameof(spec));
        }

        var owner = _random.Fork($"account/{phone}");
        var primary = new PrimaryPhone(
            spec.Identity ?? owner.NextKeyPair(),
            spec.RawId ?? owner.NextUInt32() >> 1,
            spec.FirstKeyIndex,
            spec.Hosted,
            owner,
            _time);
        var account = new Account(spec, phone, lid, primary, spec.CreatedAt ?? _startedAt.AddYears(-1), _handset);
        if (!_byPhone.TryAdd(phone, account))
        {
            throw new ArgumentException("There is an account with this phone number already.", nameof(spec));
        }

        if (!_byLid.TryAdd(lid, account))
        {
            _byPhone.TryRemove(phone, out _);
            throw new ArgumentException("There is an account with this LID already.", nameof(spec));
        }

        _people?.Attach(account);
        return account;
    }

    /// <summary>The account with a phone number (digits only), or <see langword="null"/>.</summary>
    public Account? Find(string phone) => _byPhone.GetValueOrDefault(phone);

    /// <summary>The account that an address belongs to, by phone number or by LID, or <see langword="null"/>.</summary>
    public Account? Find(Jid jid) => jid switch
    {
        { IsPhone: true } => _byPhone.GetValueOrDefault(jid.User),
        { IsLid: true } => _byLid.GetValueOrDefault(jid.User),
        _ => null,
    };

    /// <summary>Deletes an account and unlinks its devices; <see langword="false"/> when there is none.</summary>
    public bool Delete(string phone)
    {
        if (!_byPhone.TryRemove(phone, out var account))
        {
            return false;
        }

        _byLid.TryRemove(account.Lid.User, out _);
        _deleted(account);
        return true;
    }

    /// <summary>The accounts that have linked devices.</summary>
    internal IEnumerable<Account> WithDevices()
    {
        foreach (var (_, account) in _byPhone)
        {
            if (account.HasDevices)
            {
                yield return account;
            }
        }
    }

    /// <summary>An account without linked devices has other addresses from now on.</summary>
    internal void Move(Account account, PersonAddresses to)
    {
        _byPhone.TryRemove(new(account.Phone, account));
        _byLid.TryRemove(new(account.Lid.User, account));
        account.MoveTo(to);
        _byPhone[to.Jid.User] = account;
        _byLid[to.Lid.User] = account;
    }

    /// <summary>Forgets an account without linked devices, and nobody is told.</summary>
    internal void Drop(string phone)
    {
        if (_byPhone.TryRemove(phone, out var account))
        {
            _byLid.TryRemove(account.Lid.User, out _);
        }
    }

    /// <summary>Makes every account a person of the user directory, and takes LIDs from there.</summary>
    internal void Join(PersonDirectory people) => _people = people;

    /// <summary>Whether a text is a phone number in the form that the network uses: 7 to 15 digits, no leading zero.</summary>
    internal static bool IsPhoneNumber(string? text) =>
        text is { Length: >= 7 and <= 15 } && text[0] != '0' && text.All(char.IsAsciiDigit);

    private static void Check(AccountSpec spec)
    {
        if (spec.Phone is not null && !IsPhoneNumber(spec.Phone))
        {
            throw new ArgumentException("Phone has 7 to 15 digits and does not begin with 0.", nameof(spec));
        }

        if (spec.Lid is not null && !(spec.Lid.Length is >= 1 and <= 20 && spec.Lid.All(char.IsAsciiDigit)))
        {
            throw new ArgumentException("Lid has 1 to 20 digits.", nameof(spec));
        }

        if (string.IsNullOrWhiteSpace(spec.Platform))
        {
            throw new ArgumentException("Platform is a name such as android.", nameof(spec));
        }

        if (spec.MaxDevices is < 1 or > 255)
        {
            throw new ArgumentException("MaxDevices is between 1 and 255.", nameof(spec));
        }

        if (spec.FirstDeviceId is < 1 or > 255)
        {
            throw new ArgumentException("FirstDeviceId is between 1 and 255.", nameof(spec));
        }
    }

    private string NextFreePhone()
    {
        while (true)
        {
            var phone = (FirstFictionalNumber + Interlocked.Increment(ref _issued)).ToString(CultureInfo.InvariantCulture);
            if (!_byPhone.ContainsKey(phone))
            {
                return phone;
            }
        }
    }

    private string NextFreeLid()
    {
        while (true)
        {
            var lid = (FirstLid + (long)(_random.NextUInt64() % (ulong)FirstLid)).ToString(CultureInfo.InvariantCulture);
            if (!_byLid.ContainsKey(lid))
            {
                return lid;
            }
        }
    }
}
