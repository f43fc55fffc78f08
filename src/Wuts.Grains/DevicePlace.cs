using Orleans.Metadata;
using Orleans.Runtime;

namespace Wuts.Grains;

/// <summary>
/// Sends devices to a directory of their own. Contacts stay in the default one, which costs nothing and forgets: a contact that ends
/// because of it comes back from its cache, whereas a device would lose its connection.
/// </summary>
/// <param name="directory">The name under which the silo has the directory.</param>
internal sealed class DevicePlace(string directory) : IGrainPropertiesProvider
{
    /// <inheritdoc/>
    public void Populate(Type grainClass, GrainType grainType, Dictionary<string, string> properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        if (grainClass == typeof(DeviceGrain))
        {
            properties[WellKnownGrainTypeProperties.GrainDirectory] = directory;
        }
    }
}
