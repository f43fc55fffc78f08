namespace Wuts.Simulator.Generation;

/// <summary>Names that people of a made-up world have: of many languages, some with accents, some not in Latin letters.</summary>
internal static class NameList
{
    private static readonly string[] Given =
    [
        "Ada", "Amir", "Anna", "Björn", "Carla", "Chiara", "Daniel", "Dörte", "Elif", "Emre", "Fatima", "Felix", "Frida", "Giulia",
        "Hanna", "Hiroshi", "Ines", "Ivan", "Jana", "João", "José", "Karim", "Katja", "Lars", "Leïla", "Lucía", "Magda", "Malik",
        "Mei", "Mila", "Nadia", "Noah", "Olga", "Omar", "Paula", "Pedro", "Priya", "Quentin", "Rafał", "Renée", "Rosa", "Samir",
        "Søren", "Sofía", "Tariq", "Thu", "Uwe", "Valérie", "Wanda", "Xiomara", "Yusuf", "Zoë", "Анна", "Олег", "محمد", "ليلى", "美咲", "지우",
    ];

    private static readonly string[] Family =
    [
        "Abbas", "Almeida", "Bauer", "Becker", "Çelik", "Costa", "Dubois", "Eriksen", "Fischer", "García", "Haddad", "Horváth",
        "Ibrahim", "Jansen", "Kaya", "Keller", "Kowalski", "Larsson", "Lopes", "Müller", "Nguyễn", "Novák", "Okafor", "Öztürk",
        "Patel", "Pereira", "Petrov", "Quispe", "Ricci", "Rossi", "Santos", "Schäfer", "Silva", "Sørensen", "Tanaka", "Tóth",
        "Ueda", "Varga", "Weiß", "Wong", "Yılmaz", "Zhang", "Żak",
    ];

    private static readonly string[] Abouts =
    [
        PersonSpec.DefaultAbout, "Available", "Busy", "At work", "At the gym", "Sleeping", "Battery about to die", "Só mensagens", "Urlaub ☀", "",
    ];

    private static readonly string[] Topics =
        ["Family", "Football", "Neighbours", "Choir", "Class of 2009", "Project", "Parents", "Travel", "Recipes", "Board games"];

    public static string GivenName(ulong draw) => Given[(int)(draw % (ulong)Given.Length)];

    public static string FamilyName(ulong draw) => Family[(int)(draw % (ulong)Family.Length)];

    public static string About(ulong draw) => Abouts[(int)(draw % (ulong)Abouts.Length)];

    public static string Topic(ulong draw) => Topics[(int)(draw % (ulong)Topics.Length)];
}
