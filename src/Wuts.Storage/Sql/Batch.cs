namespace Wuts.Storage.Sql;

/// <summary>
/// Rows that a statement works on at once, as columns. In the statement they stand as <c>{rows}</c>, a table named <c>r</c>:
/// PostgreSQL takes them as arrays in one round trip, SQLite runs the prepared statement once per row.
/// </summary>
internal sealed class Batch
{
    private readonly List<string> _names = [];
    private readonly List<Array> _columns = [];

    private Batch(int count) => Count = count;

    /// <summary>Number of rows.</summary>
    public int Count { get; }

    /// <summary>Whether this is one column of text, as lists of addresses are.</summary>
    public bool IsOneText => _columns is [string?[]];

    /// <summary>Names of the columns.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Columns as typed arrays, in the order of the names.</summary>
    public IReadOnlyList<Array> Columns => _columns;

    /// <summary>Begins a batch over some items.</summary>
    public static Builder<T> Of<T>(IReadOnlyCollection<T> items) => new(items);

    /// <summary>A batch of one column of text.</summary>
    public static Batch OfTexts(string name, IEnumerable<string> values)
    {
        string[] distinct = [.. values.Distinct(StringComparer.Ordinal)];
        return Of(distinct).Text(name, value => value);
    }

    /// <summary>Adds columns to a batch.</summary>
    internal sealed class Builder<T>(IReadOnlyCollection<T> items)
    {
        private readonly Batch _batch = new(items.Count);

        public Builder<T> Text(string name, Func<T, string?> value) => Add(name, item => SqlText.Clean(value(item)));

        public Builder<T> Number(string name, Func<T, long> value) => Add(name, value);

        public Builder<T> OptionalNumber(string name, Func<T, long?> value) => Add(name, value);

        public Builder<T> Flag(string name, Func<T, bool> value) => Add(name, value);

        public Builder<T> Bytes(string name, Func<T, byte[]?> value) => Add(name, value);

        public Builder<T> Id(string name, Func<T, Guid> value) => Add(name, value);

        public Builder<T> Time(string name, Func<T, DateTimeOffset> value) => Add(name, item => StoredTime.ToNumber(value(item)));

        public Builder<T> OptionalTime(string name, Func<T, DateTimeOffset?> value) => Add(name, item => StoredTime.ToNumber(value(item)));

        public static implicit operator Batch(Builder<T> builder) => builder._batch;

        private Builder<T> Add<TValue>(string name, Func<T, TValue> value)
        {
            var column = new TValue[items.Count];
            var i = 0;
            foreach (var item in items)
            {
                column[i++] = value(item);
            }

            _batch._names.Add(name);
            _batch._columns.Add(column);
            return this;
        }
    }
}
