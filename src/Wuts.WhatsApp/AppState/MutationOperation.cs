namespace Wuts.WhatsApp.AppState;

/// <summary>What a mutation does with its record; the numbers of the schema.</summary>
internal enum MutationOperation
{
    Set = 0,
    Remove = 1,
}

/// <summary>Why the content of a record cannot be trusted or read.</summary>
internal enum MutationFault
{
    None,
    MissingKey,
    ValueMac,
    IndexMac,
}
