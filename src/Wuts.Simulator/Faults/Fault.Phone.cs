using System.Text.Json.Serialization;

namespace Wuts.Simulator.Faults;

// Faults in what phones write and in what the server hands out of it. Sync sections 2, 3 and 13.
[JsonDerivedType(typeof(AppState), "app-state")]
[JsonDerivedType(typeof(Blob), "blob")]
[JsonDerivedType(typeof(History), "history")]
[JsonDerivedType(typeof(KeyShare), "key-share")]
[JsonDerivedType(typeof(Message), "message")]
[JsonDerivedType(typeof(Recovery), "recovery")]
public abstract partial record Fault
{
    /// <summary>Spoils one answer about a collection of app state. What is stored stays as it is.</summary>
    public sealed record AppState : Fault
    {
        /// <summary>What is wrong.</summary>
        public AppStateDefect Defect { get; init; }

        /// <summary>Only this collection, by its name on the wire; <see langword="null"/> means any.</summary>
        public string? Collection { get; init; }

        /// <summary>Where it is wrong; by default wherever the defect can be.</summary>
        public AppStatePart In { get; init; }

        /// <summary>The error number of <see cref="AppStateDefect.Refused"/>. Default 404.</summary>
        public int Code { get; init; } = 404;
    }

    /// <summary>Spoils one download of an encrypted file. It can be narrowed by account, not by device: downloads are anonymous.</summary>
    public sealed record Blob : Fault
    {
        /// <summary>What is wrong.</summary>
        public BlobDefect Defect { get; init; }

        /// <summary>Only files of this <c>mms-type</c>, such as <c>md-msg-hist</c>; <see langword="null"/> means any.</summary>
        public string? Type { get; init; }
    }

    /// <summary>Spoils one piece of history before it is encrypted, so that its hashes and its MAC are right.</summary>
    public sealed record History : Fault
    {
        /// <summary>What is wrong.</summary>
        public HistoryDefect Defect { get; init; }
    }

    /// <summary>Spoils the answer to a request for app-state keys.</summary>
    public sealed record KeyShare : Fault
    {
        /// <summary>What is wrong.</summary>
        public KeyShareDefect Defect { get; init; }
    }

    /// <summary>Spoils one end-to-end message to a device, or one more delivery of it.</summary>
    public sealed record Message : Fault
    {
        /// <summary>What is wrong.</summary>
        public MessageDefect Defect { get; init; }

        /// <summary>Only messages about this, such as <c>chat</c> or <c>key-share</c>; <see langword="null"/> means any.</summary>
        public string? Topic { get; init; }
    }

    /// <summary>Spoils the answer to a request for the phone's own copy of a collection.</summary>
    public sealed record Recovery : Fault
    {
        /// <summary>What is wrong.</summary>
        public RecoveryDefect Defect { get; init; }

        /// <summary>Only this collection, by its name on the wire; <see langword="null"/> means any.</summary>
        public string? Collection { get; init; }
    }
}
