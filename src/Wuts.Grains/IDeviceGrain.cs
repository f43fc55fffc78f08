using Wuts.Core.Devices;

namespace Wuts.Grains;

/// <summary>A device in the cluster. Its key is the id of the device.</summary>
[Alias(ContractNames.Device)]
internal interface IDeviceGrain : IDevice, IGrainWithGuidKey;
