namespace Wuts.WhatsApp.Identity;

/// <summary>
/// Where a pair of addresses was seen. The numbers are stored: never change one, append new ones. Sync section 5.2.
/// </summary>
public enum ObservationSource
{
    /// <summary>Pairing or login of the own account.</summary>
    OwnAccount = 0,

    /// <summary>The answer to a user query.</summary>
    UserQuery = 1,

    /// <summary>A contact entry in the app state.</summary>
    AppStateContact = 2,

    /// <summary>A "number of a LID chat" entry in the app state.</summary>
    AppStateChat = 3,

    /// <summary>The phone's message about the migration to LIDs.</summary>
    LidMigration = 4,

    /// <summary>The block list.</summary>
    Blocklist = 5,

    /// <summary>The attributes of a message.</summary>
    MessageHeader = 6,

    /// <summary>A group's information or member list.</summary>
    Group = 7,

    /// <summary>A notification.</summary>
    Notification = 8,

    /// <summary>A business broadcast list in the app state.</summary>
    BroadcastList = 9,

    /// <summary>The history that the phone sent when it was linked.</summary>
    History = 10,
}

/// <summary>How much a source is believed when it contradicts what is known. Sync section 5.3.</summary>
public enum SourceClass
{
    /// <summary>Says how things were at some time in the past: any other source beats it.</summary>
    Stale,

    /// <summary>Shown in passing: adds what is unknown, but does not overrule; a contradiction is worth a live query.</summary>
    Observational,

    /// <summary>Told by the own phone or kept by the server for this account: overrules.</summary>
    Directed,

    /// <summary>The server's answer to a question about the person: overrules.</summary>
    Query,

    /// <summary>The own account: certain.</summary>
    Own,
}

/// <summary>Classes of the sources.</summary>
public static class ObservationSources
{
    /// <summary>The class of a source.</summary>
    public static SourceClass ClassOf(this ObservationSource source) => source switch
    {
        ObservationSource.OwnAccount => SourceClass.Own,
        ObservationSource.UserQuery => SourceClass.Query,
        ObservationSource.AppStateContact or ObservationSource.AppStateChat or ObservationSource.LidMigration
            or ObservationSource.Blocklist => SourceClass.Directed,
        ObservationSource.MessageHeader or ObservationSource.Group or ObservationSource.Notification
            or ObservationSource.BroadcastList => SourceClass.Observational,
        ObservationSource.History => SourceClass.Stale,
        _ => throw new ArgumentOutOfRangeException(nameof(source)),
    };
}
