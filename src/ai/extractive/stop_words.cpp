#include "ai/extractive/stop_words.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <sstream>

namespace xentree::extractive {
namespace {

using Words = std::set<std::string, std::less<>>;

constexpr std::string_view english =
    "a about after all also am an and any are as at be been before but by can could did do does for from get "
    "give "
    "had has have he her him his how i if in into is it its just know let like many may me might more most "
    "much my "
    "no not of on one or our out please say said shall she should so some tell than that the their them then "
    "there "
    "these they this those to too up us was we were what when where which who whom whose why will with would "
    "yes "
    "you your i'm i've it's that's what's who's where's when's how's don't doesn't didn't isn't aren't can't";
constexpr std::string_view german = "aber als am an auch auf aus bei bin bis bitte da das dass dein deine "
                                    "dem den der des die dies diese dieser "
                                    "doch du durch ein eine einem einen einer eines er es für gibt hat habe "
                                    "haben ich ihr im in ist ja kann können "
                                    "man mein meine mich mir mit nach nein nicht noch nun ob oder sag sein "
                                    "seine sich sie sind so soll um und uns "
                                    "unser vom von vor wann war waren warum was welche welcher welches wer "
                                    "werden wessen wie wieviel will wird wir "
                                    "wo worum wurde zu zum zur über";
constexpr std::string_view french = "a ai au aux avec c'est ce ces cette combien comme comment dans de des "
                                    "du elle en est est-ce et eu il ils j'ai "
                                    "je la le les leur lui ma mais me mes moi mon ne nos notre nous on ont "
                                    "ou où par pas peut plus pour pourquoi "
                                    "qu'est qu'est-ce quand que quel quelle quelles quels qui quoi sa sans "
                                    "se ses si son sont sur ta te tes toi ton "
                                    "tu un une va vos votre vous y à été être";
constexpr std::string_view spanish = "a al como con cuando cuál cuáles cuándo cuánto cuántos cómo de del "
                                     "dime donde dónde e el ella ellos en es ese "
                                     "esta este esto está están fue ha hay la las le les lo los me mi mis "
                                     "muy más no nos o para pero por porque por "
                                     "puede que quien quién qué se ser si sin sobre son su sus sí también te "
                                     "tiene tu tus un una unos y ya yo él";
constexpr std::string_view italian =
    "a ad ai al alla anche c'è che chi ci come con cosa cui da dal dalla de degli dei del della delle di "
    "dove e ed "
    "era gli ha hai ho i il in io la le lei lo loro lui ma mi mio ne nei nel nella non o per perché più può "
    "qual "
    "quale quali quando quanti quanto se si sono su sua sul sulla suo ti tu tuo un una uno è";
constexpr std::string_view portuguese =
    "a ao aos as com como da das de do dos e ela ele em era essa esse esta este está eu foi há isso isto já "
    "lhe "
    "mais mas me meu minha muito na nas no nos não o onde os ou para pela pelo por porque qual quais quando "
    "quanto "
    "quantos que quem se sem ser seu sua são também te tem um uma você à às é";
constexpr std::string_view dutch =
    "aan al als bij dan dat de deze die dit door dus een en er ga geen had heb hebben heeft het hij hoe "
    "hoeveel ik "
    "in is ja je kan maar me met mij mijn naar niet nog nu of om ons ook op over te tot u uit uw van voor "
    "waar "
    "waarom wanneer want was wat we welk welke werd wie wij wil worden wordt ze zich zij zijn zo zou";
constexpr std::string_view russian =
    "а без бы был была были было быть в вам вас во вот все вы где да для до его ее если есть еще ещё же за и "
    "из или "
    "им их к как какая какие какой ко когда кто ли мне мы на над не него нет но о об он она они от по под "
    "почему "
    "при про с сколько со так такое то того тоже только ты у уже что чтобы это этот я";

Words split(std::string_view text) {
    std::istringstream words{std::string(text)};
    return {std::istream_iterator<std::string>(words), {}};
}

const std::map<std::string, Words, std::less<>>& lists() {
    static const std::map<std::string, Words, std::less<>> all{
        {"en", split(english)}, {"de", split(german)},     {"fr", split(french)}, {"es", split(spanish)},
        {"it", split(italian)}, {"pt", split(portuguese)}, {"nl", split(dutch)},  {"ru", split(russian)}};
    return all;
}

} // namespace

bool is_stop_word(std::string_view language, std::string_view word) {
    const auto list = lists().find(language);
    return list != lists().end() && list->second.contains(word);
}

std::string guess_language(const std::vector<std::string>& words) {
    const auto count = [&](const Words& list) {
        return std::count_if(words.begin(), words.end(),
                             [&](const auto& word) { return list.contains(word); });
    };
    std::string best = "en";
    auto most = count(lists().at(best));
    for (const auto& [language, list] : lists()) {
        const auto hits = count(list);
        if (hits > most) {
            most = hits;
            best = language;
        }
    }
    return best;
}

} // namespace xentree::extractive
