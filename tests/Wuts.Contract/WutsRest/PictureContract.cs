using System.Net;
using System.Text.Json;

namespace Wuts.Contract.WutsRest;

/// <summary>Pictures of people and groups. Contract wuts 3.3.</summary>
public abstract class PictureContract(GatewayUnderTest gateway) : ContractTests<LinkedUser>(gateway)
{
    [Fact]
    [Statement("wuts 3.3", "The document's example: jid, url, id, type image and direct_path for the full picture.")]
    public async Task Full_picture_is_that_of_the_document()
    {
        var answer = await Scene.Http.GetAsync("/contacts/profile-picture?number=5511999999999&preview=false");

        answer.Is(HttpStatusCode.OK, """
            {"success":true,"data":{"jid":"5511999999999@s.whatsapp.net","url":"<any>","id":"1718000000","type":"image","direct_path":"<any>"}}
            """);
        var data = JsonDocument.Parse(answer.Text).RootElement.GetProperty("data");
        Assert.EndsWith(data.Text("direct_path"), data.Text("url"), StringComparison.Ordinal);
    }

    protected override Task<LinkedUser> MakeSceneAsync() => Gateway.LinkAsync();
}
