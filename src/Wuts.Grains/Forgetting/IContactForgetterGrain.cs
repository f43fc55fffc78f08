namespace Wuts.Grains.Forgetting;

/// <summary>Makes every silo forget the contacts of a device. Its key is the id of the device.</summary>
[Alias(ContractNames.ContactForgetter)]
internal interface IContactForgetterGrain : IGrainWithGuidKey
{
    /// <summary>Returns when no living contact of the device stores anything any more.</summary>
    [Alias("Forget")]
    Task ForgetAsync();
}
