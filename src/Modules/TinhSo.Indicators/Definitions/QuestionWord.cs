using TinhSo.Kernel;

namespace TinhSo.Indicators.Definitions;

/// <summary>A question under which the dashboard shows its figures.</summary>
internal sealed record QuestionWord(string Code, Text Name)
{
    public static IReadOnlyList<QuestionWord> Read(string text, List<BadRow> errors)
    {
        if (YamlFields.Parse("indicators/questions.yaml", text, errors) is not { } fields)
        {
            return [];
        }
        var questions = fields.Items("questions").Select(item =>
        {
            var question = new QuestionWord(item.Required("code"), item.RequiredText("name"));
            item.RefuseUnknown();
            return question;
        }).ToList();
        fields.RefuseUnknown();
        return questions;
    }
}
