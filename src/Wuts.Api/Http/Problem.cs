using Wuts.Core;

namespace Wuts.Api.Http;

/// <summary>
/// Why a call gets no answer, in words that no dialect owns. A <see cref="Dialect"/> turns it into its own status and body.
/// </summary>
internal abstract record Problem
{
    private Problem()
    {
    }

    /// <summary>The core could not answer.</summary>
    public sealed record Failed(Failure Failure) : Problem;

    /// <summary>Parameters or fields are missing or not acceptable.</summary>
    /// <param name="Fields">At least one, in the order in which they were read.</param>
    public sealed record Invalid(IReadOnlyList<FieldProblem> Fields) : Problem
    {
        public Invalid(string field, string message, FieldFault fault = FieldFault.Malformed, string? value = null)
            : this([new FieldProblem(field, message, fault, value)])
        {
        }
    }

    /// <summary>The body is not JSON of the wanted form.</summary>
    /// <param name="Reason">A sentence for the caller that repeats nothing of the body.</param>
    public sealed record Malformed(string Reason) : Problem;

    /// <summary>No token, or one that is not known, not active, or of the wrong kind for anybody to hold.</summary>
    /// <param name="TokenGiven">Whether there was one at all.</param>
    /// <param name="Wanted">Who may call.</param>
    public sealed record Unauthorized(bool TokenGiven, Access Wanted) : Problem;

    /// <summary>The caller is known and may not do this.</summary>
    /// <param name="Why">Which rule says so.</param>
    public sealed record Forbidden(Refusal Why) : Problem;

    /// <summary>A case that only one dialect has.</summary>
    /// <param name="Status">HTTP status.</param>
    /// <param name="Code">The dialect's code.</param>
    /// <param name="Message">The dialect's text.</param>
    public sealed record Own(int Status, string Code, string Message) : Problem;

    /// <summary>There is no such path.</summary>
    public sealed record NoRoute : Problem;

    /// <summary>The path exists for other methods.</summary>
    /// <param name="Allow">The methods, as the <c>Allow</c> header lists them.</param>
    public sealed record WrongMethod(string Allow) : Problem;

    /// <summary>The body is larger than <see cref="RequestBody.MaxBytes"/>.</summary>
    public sealed record TooLarge : Problem;

    /// <summary>Path and query are longer than <see cref="CallHandler.MaxTargetLength"/>.</summary>
    public sealed record TargetTooLong : Problem;

    /// <summary>The caller went away.</summary>
    public sealed record Canceled : Problem;

    /// <summary>A fault of the gateway; the log has it under the request's id.</summary>
    public sealed record Internal : Problem;
}

/// <summary>What is wrong with one parameter or field.</summary>
/// <param name="Field">Its name as the caller wrote or should have written it; nested ones with dots, entries as <c>name[index]</c>.</param>
/// <param name="Message">The rule, as a sentence that does not repeat the value.</param>
/// <param name="Fault">The kind of fault.</param>
/// <param name="Value">The value, for the caller's eyes only; <see langword="null"/> when it is absent or too long to repeat.</param>
internal sealed record FieldProblem(string Field, string Message, FieldFault Fault, string? Value = null)
{
    public override string ToString() => $"{Field}: {Fault}";
}

/// <summary>Kinds of faults of a parameter.</summary>
internal enum FieldFault
{
    /// <summary>It is required and absent or empty.</summary>
    Missing,

    /// <summary>It does not have the form that it must have.</summary>
    Malformed,

    /// <summary>It is there more than once.</summary>
    Duplicate,

    /// <summary>It is longer, shorter, larger or smaller than it may be.</summary>
    OutOfRange,
}

/// <summary>Rules that say no to a caller who is known.</summary>
internal enum Refusal
{
    /// <summary>The role is too low, or the thing is a colleague's.</summary>
    Role,

    /// <summary>Only the master token may do this.</summary>
    MasterRequired,

    /// <summary>The master token may not do this.</summary>
    MasterNotAllowed,
}
