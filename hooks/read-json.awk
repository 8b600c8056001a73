# Prints the scalars of a JSON document, one per line as `path<TAB>value`, for the top level and the objects directly in it. A value is
# cut at 1,000 bytes of its source; control characters in it are blanks. Fails if the text is not JSON. Run it with LC_ALL=C.

function fail() { failed = 1; exit 1 }

function decode(source,    text, at, c, code) {
  text = ""
  while ((at = index(source, "\\")) > 0) {
    c = substr(source, at + 1, 1)
    text = text substr(source, 1, at - 1)
    source = substr(source, at + 2)
    if (c == "u") {
      code = hex(substr(source, 1, 4))
      text = text (code < 32 ? " " : encode(code))
      source = substr(source, 5)
    } else text = text (index("\"\\/", c) ? c : " ")
  }
  return text source
}

function hex(digits,    i, value) {
  value = 0
  for (i = 1; i <= length(digits); i++) value = value * 16 + index("123456789abcdef", tolower(substr(digits, i, 1)))
  return value
}

function encode(code) {
  if (code < 128) return sprintf("%c", code)
  if (code < 2048) return sprintf("%c%c", 192 + int(code / 64), 128 + code % 64)
  return sprintf("%c%c%c", 224 + int(code / 4096), 128 + int(code / 64) % 64, 128 + code % 64)
}

function show(source) {
  if (depth == 1 && kind[1] == "{") print key[1] "\t" decode(substr(source, 1, 1000))
  if (depth == 2 && kind[1] == "{" && kind[2] == "{") print key[1] "." key[2] "\t" decode(substr(source, 1, 1000))
}

{ text = text $0 " " }

END {
  if (failed) exit 1
  while (match(text, /^[ \t\r]*/) && (text = substr(text, RLENGTH + 1)) != "") {
    c = substr(text, 1, 1)
    length_of_token = 1
    if (c == "\"") {
      if (!match(text, /^"([^"\\]|\\.)*"/)) fail()
      length_of_token = RLENGTH
      token = substr(text, 2, RLENGTH - 2)
      if (wants_key) { key[depth] = decode(substr(token, 1, 200)); wants_key = 0 }
      else show(token)
    } else if (c == "{" || c == "[") {
      kind[++depth] = c
      wants_key = c == "{"
    } else if (c == "}" || c == "]") {
      if (depth-- < 1) fail()
      wants_key = 0
    } else if (c == ",") wants_key = kind[depth] == "{"
    else if (c != ":") {
      if (!match(text, /^[-+.0-9A-Za-z]+/)) fail()
      length_of_token = RLENGTH
      show(substr(text, 1, RLENGTH))
    }
    text = substr(text, length_of_token + 1)
  }
  if (depth != 0) exit 1
}
