using Wuts.Core.Contacts;

namespace Wuts.Grains;

/// <summary>What one device may see of one person, in the cluster. Its key is made by <see cref="ContactKey"/>.</summary>
[Alias(ContractNames.Contact)]
internal interface IContactGrain : IContact, IGrainWithStringKey;
