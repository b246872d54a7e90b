"""The invented person of `make demo`, and the words they type: long, and in many scripts."""

NAME = "Łukasz Nguyễn Šimić Dvořák"
EMAIL = "lukasz.nguyen@example.com"
CARD = "4242 4242 4242 4242"  # Stripe's published test card; the sandbox takes it

DETAILS = {
    "legal_name": NAME,
    "chosen_name": "Łukasz",
    "pronouns": "he/him",
    "birth_date": "1988-04-02",
    "phone": "(212) 555-0177",
    "voicemail": "call_back",
    "state": "NY",
    "address": "12 Example Street, Apt 3\nNew York, NY 10002",
    "emergency_name": "Zoë Ångström-Yıldız",
    "emergency_relation": "Old friend",
    "emergency_phone": "(212) 555-0188",
}

HEBREW = "הלילות קשים לי, אבל הבקרים טובים"
ARABIC = "أشعر بالهدوء عندما أمشي قرب النهر"
CHINESE = "我希望能睡得更好，也想重新弹钢琴"
EMOJI = "🌿🙂"

SHORT = (
    "A quiet place to think",
    "Piano teacher",
    "About two years",
    "Dr. Ødegård-Iñárritu",
    "Mostly in the evening",
)

LONG = (
    "I keep coming back to the winter I moved here. I was twenty-nine, the boiler broke twice, and "
    "I told everybody at home that it was an adventure. It was not an adventure. I slept in my "
    "coat, and I stopped playing because my hands were always cold. When I finally told my sister "
    "she said: 'Why did you not call?' I still don't have a good answer to that.",
    f"My grandmother used to say it in her own words: {HEBREW}. I understood it only last year. "
    "The nights are the hard part, and the mornings are almost always better than I expect.",
    f"When it gets too much I walk to the river and back, forty minutes. {ARABIC}. A friend taught "
    "me to say that sentence, and I say it under my breath when the train is full.",
    f"What I would like, in one line: {CHINESE}. My teacher wrote it on the inside of my score, "
    "and I have not opened that score since.",
    f"Talking helps me, lists don't {EMOJI}. The last time it ended because we only ever made "
    "lists: goals, steps, tick, tick, tick. I was polite about it for five months and then I did "
    "not go back. What I want to be different now: slower, and that you tell me when I am polite.",
    "1. I wake at four. 2. I check the door. 3. I check it again, although I know. "
    "4. I make tea & sit by the window until it is light; <nobody> is on the street then. "
    "It costs me about 90 minutes a night, 5 nights out of 7 (I counted: 31 of the last 44).",
)

MUST_STAND_IN_THE_PACKET = (NAME, HEBREW, ARABIC, CHINESE, EMOJI)
