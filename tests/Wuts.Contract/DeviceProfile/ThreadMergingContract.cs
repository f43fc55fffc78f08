using System.Net;
using System.Text.Json;
using Wuts.Contract.Wawp;
using Wuts.Simulator;

namespace Wuts.Contract.DeviceProfile;

/// <summary>What may and may not make two addresses one person, seen through every dialect. Contract device-profile, part B.</summary>
public abstract class ThreadMergingContract(GatewayUnderTest gateway) : ContractTests(gateway)
{
    [Theory]
    [Statement("device-profile B TM-2", "An address that is seen for the first time gets a record of its own.")]
    [Statement("device-profile B TM-3", "A mapping is not identity: a thousand lookups by LID with a known phone leave two records.")]
    [InlineData(1)]
    [InlineData(1000)]
    public async Task Lookups_leave_two_records(int times)
    {
        var (user, person) = await LinkAsync();
        for (var done = 0; done < times; done += 20)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, Math.Min(20, times)).Select(_ => ProfileScene.ProfileAsync(user, person.Lid.ToString())));
            Assert.All(answers, answer => Assert.Equal(person.Jid.ToString(), answer.Profile().Text("phone_jid")));
        }

        var byPhone = await PersonAsync(user, person.Jid.ToString());
        var byLid = await PersonAsync(user, person.Lid.ToString());
        Assert.NotEqual(byPhone.Text("id"), byLid.Text("id"));
        Assert.Equal((1, 1), (byPhone.GetProperty("aliases").GetArrayLength(), byLid.GetProperty("aliases").GetArrayLength()));
        Assert.Equal(0, byPhone.GetProperty("links").GetArrayLength());
    }

    [Fact]
    [Statement("device-profile B TM-3", "Equal push names, pictures and business names never merge records.")]
    public async Task Equal_names_and_pictures_leave_two_records()
    {
        var (user, person) = await LinkAsync();
        var twin = Gateway.WhatsApp.People.Add(new PersonSpec { PushName = person.PushName });
        var jpeg = Convert.FromHexString("FFD8FFE000104A46494600010100000100010000FFD9");
        person.SetPicture(jpeg);
        twin.SetPicture(jpeg);
        (await ProfileScene.ProfileAsync(user, person.Phone)).Profile();
        (await ProfileScene.ProfileAsync(user, twin.Phone)).Profile();

        Assert.NotEqual((await PersonAsync(user, person.Jid.ToString())).Text("id"), (await PersonAsync(user, twin.Jid.ToString())).Text("id"));
        Assert.Equal(1, (await PersonAsync(user, twin.Jid.ToString())).GetProperty("aliases").GetArrayLength());
    }

    [Fact]
    [Statement("device-profile B", "/profile output is identical before and after a merge, and after its undo.")]
    [Statement("device-profile B TM-8", "After an undo, lookups behave as before the merge.")]
    public async Task Profile_is_the_same_before_and_after_a_merge_and_its_undo()
    {
        var (user, person) = await LinkAsync();
        (await ProfileScene.ProfileAsync(user, person.Phone)).Profile();
        var before = await BothAsync(user, person);
        var link = await ConfirmAsync(user, person);
        Assert.Equal(before, await BothAsync(user, person));
        Assert.Equal(2, (await PersonAsync(user, person.Lid.ToString())).GetProperty("aliases").GetArrayLength());

        Caller.Json(await user.Http.DeleteAsync($"/identity/links/{link}"));
        Assert.Equal(before, await BothAsync(user, person));
        Assert.Equal(1, (await PersonAsync(user, person.Lid.ToString())).GetProperty("aliases").GetArrayLength());
    }

    [Fact]
    [Statement("device-profile B TM-4", "A token that came back merges two records of the Wawp list into one, under the phone; undoing it makes them two again.")]
    [Statement("wawp B2", "A person known by phone and by LID appears as two entries unless linked, then once, under the phone.")]
    public async Task Only_a_returned_token_makes_two_entries_one()
    {
        var (user, person) = await LinkAsync();
        var second = await Gateway.LinkInstanceAsync(user.Caller);
        foreach (var address in new[] { $"{person.Phone}@c.us", person.Lid.ToString() })
        {
            Caller.Json(await second.PutAsync($"contacts/{address}", """{"firstName":"Ann"}"""));
        }

        async Task<List<string>> ListAsync() => [.. Caller.Json(await second.GetAsync("contacts/all")).EnumerateArray()
            .Select(contact => contact.Text("id")).Where(id => id == $"{person.Phone}@c.us" || id == person.Lid.ToString())];
        Assert.Equal(2, (await ListAsync()).Count);
        var link = await ConfirmAsync(user, person);
        Assert.Equal([$"{person.Phone}@c.us"], await ListAsync());
        Caller.Json(await user.Http.DeleteAsync($"/identity/links/{link}"));
        Assert.Equal(2, (await ListAsync()).Count);
    }

    [Fact]
    [Statement("device-profile B TM-9", "A LID that is seen with a new phone closes the old pair, and merges nothing.")]
    public async Task Number_that_changes_is_a_new_pair_and_no_merge()
    {
        var (user, person) = await LinkAsync();
        (await ProfileScene.ProfileAsync(user, person.Phone)).Profile();
        var before = person.Jid.ToString();
        person.ChangeNumber("5511955554444");

        await Eventually.IsAsync(
            async () =>
            {
                (await ProfileScene.ProfileAsync(user, person.Phone)).Profile();
                return (await ProfileScene.ProfileAsync(user, person.Lid.ToString())).Text;
            },
            text => text.Contains("\"phone_jid\":\"5511955554444@s.whatsapp.net\"", StringComparison.Ordinal));
        var old = await PersonAsync(user, before);
        var now = await PersonAsync(user, "5511955554444@s.whatsapp.net");
        Assert.NotEqual(old.Text("id"), now.Text("id"));
        Assert.Equal((0, 0), (old.GetProperty("links").GetArrayLength(), now.GetProperty("links").GetArrayLength()));
    }

    [Fact]
    [Statement("device-profile B TM-10", "Records never cross tenants: the same address has a record of its own in each.")]
    public async Task Records_of_two_tenants_are_two()
    {
        var (one, person) = await LinkAsync();
        var other = await Gateway.LinkAsync();
        await ConfirmAsync(one, person);
        (await ProfileScene.ProfileAsync(other, person.Phone)).Profile();

        var here = await PersonAsync(one, person.Jid.ToString());
        var there = await PersonAsync(other, person.Jid.ToString());
        Assert.NotEqual(here.Text("id"), there.Text("id"));
        Assert.Equal((2, 1), (here.GetProperty("aliases").GetArrayLength(), there.GetProperty("aliases").GetArrayLength()));
    }

    private async Task<(LinkedUser User, Person Person)> LinkAsync()
    {
        var person = Gateway.WhatsApp.People.Add(new PersonSpec { PushName = "Ann", HasPicture = true });
        return (await Gateway.LinkAsync(account => Gateway.WhatsApp.ContactsOf(account).Save([new PhoneContact(person.Jid, "Ann", Alternative: person.Lid)])), person);
    }

    private static async Task<string> ConfirmAsync(LinkedUser user, Person person)
    {
        var opened = Caller.Json(
            await user.Http.PostAsync("/identity/verifications", $$"""{"phone":"{{person.Phone}}","lid":"{{person.Lid}}"}"""), HttpStatusCode.Created)
            .GetProperty("verification");
        return Caller.Json(await user.Http.PostAsync(
            $"/identity/verifications/{opened.Text("id")}/confirm", $$"""{"token":"{{opened.Text("token")}}"}""")).Text("link", "id");
    }

    private static async Task<JsonElement> PersonAsync(LinkedUser user, string jid) =>
        Caller.Json(await user.Http.GetAsync($"/identity/people?jid={jid}")).GetProperty("person");

    private static async Task<(string, string)> BothAsync(LinkedUser user, Person person) =>
        ((await ProfileScene.ProfileAsync(user, person.Lid.ToString())).Text, (await ProfileScene.ProfileAsync(user, person.Phone)).Text);
}
