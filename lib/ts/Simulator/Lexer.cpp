//===- Lexer.cpp - PTX text to tokens -------------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Every token knows its line and column, which all later messages print.
//
//===----------------------------------------------------------------------===//

#include "Syntax.h"

#include "llvm/ADT/StringExtras.h"

#include <cstdlib>
#include <cstring>

using namespace llvm;

namespace ts::sim {

Error errorAt(Location location, const Twine &message) {
  return createStringError("line " + Twine(location.line) + ", column " +
                           Twine(location.column) + ": " + message);
}

namespace {
class Lexer {
public:
  explicit Lexer(StringRef text) : text(text) {}
  Expected<std::vector<Token>> run();

private:
  char at(size_t index) const { return index < text.size() ? text[index] : 0; }
  Location here() const { return {line, unsigned(position - lineStart) + 1}; }
  Error skipSpace();
  Error lex(Token &token);
  Error number(Token &token);
  Error word(Token &token);
  Error quoted(Token &token);
  Error finish(Token &token, Token::Kind kind, size_t end) {
    token.kind = kind;
    token.text = text.slice(position, end);
    position = end;
    return Error::success();
  }

  StringRef text;
  size_t position = 0, lineStart = 0;
  unsigned line = 1;
};
} // namespace

static bool isWordChar(char c) {
  return isAlnum(c) || c == '_' || c == '$' || c == '.' || c == '%';
}

Error Lexer::skipSpace() {
  for (; position < text.size(); ++position) {
    if (text[position] == '\n') {
      ++line;
      lineStart = position + 1;
    } else if (text.substr(position).starts_with("//")) {
      position = std::min(text.find('\n', position), text.size()) - 1;
    } else if (text.substr(position).starts_with("/*")) {
      Location start = here();
      size_t end = text.find("*/", position + 2);
      if (end == StringRef::npos)
        return errorAt(start, "this comment has no end");
      for (; position < end + 1; ++position)
        if (text[position] == '\n') {
          ++line;
          lineStart = position + 1;
        }
    } else if (!isSpace(text[position])) {
      break;
    }
  }
  return Error::success();
}

Error Lexer::word(Token &token) {
  size_t end = position + 1;
  // `.reg.b32` is two words, unlike `mov.b32`.
  bool directive = at(position) == '.';
  // `L1::no_allocate` is one modifier; a single colon ends a label.
  while ((isWordChar(at(end)) && !(directive && at(end) == '.')) ||
         (at(end) == ':' && at(end + 1) == ':') ||
         (at(end) == ':' && at(end - 1) == ':'))
    ++end;
  return finish(token, Token::Kind::Word, end);
}

Error Lexer::number(Token &token) {
  size_t end = position;
  while (isAlnum(at(end)) || at(end) == '.' ||
         ((at(end) == '+' || at(end) == '-') && at(position + 1) != 'x' &&
          (at(end - 1) == 'e' || at(end - 1) == 'E') &&
          at(position + 1) != 'f' && at(position + 1) != 'd'))
    ++end;
  StringRef digits = text.slice(position, end);
  bool bad = false;
  Token::Kind kind = Token::Kind::Integer;
  if (digits.size() == 10 && digits.starts_with_insensitive("0f")) {
    kind = Token::Kind::Single;
    bad = digits.drop_front(2).getAsInteger(16, token.value);
  } else if (digits.size() == 18 && digits.starts_with_insensitive("0d")) {
    kind = Token::Kind::Double;
    bad = digits.drop_front(2).getAsInteger(16, token.value);
  } else if (digits.contains('.') ||
             (!digits.starts_with_insensitive("0x") &&
              digits.find_insensitive('e') != StringRef::npos)) {
    kind = Token::Kind::Double;
    double value;
    bad = digits.getAsDouble(value);
    std::memcpy(&token.value, &value, sizeof(value));
  } else {
    StringRef plain = digits.ends_with("U") ? digits.drop_back() : digits;
    bad = plain.getAsInteger(0, token.value);
  }
  if (bad)
    return errorAt(token.location, "'" + digits + "' is not a number");
  return finish(token, kind, end);
}

Error Lexer::quoted(Token &token) {
  size_t end = position + 1;
  while (at(end) && at(end) != '"' && at(end) != '\n')
    end += at(end) == '\\' ? 2 : 1;
  if (at(end) != '"')
    return errorAt(token.location, "this string has no end");
  return finish(token, Token::Kind::String, end + 1);
}

Error Lexer::lex(Token &token) {
  token.location = here();
  char c = at(position);
  if (isDigit(c))
    return number(token);
  if (isWordChar(c))
    return word(token);
  if (c == '"')
    return quoted(token);
  if (c && std::strchr(",;{}[]()<>+-!|@=:*~&/", c))
    return finish(token, Token::Kind::Punctuation, position + 1);
  std::string shown =
      isPrint(c) ? std::string(1, c) : "\\x" + utohexstr(uint8_t(c));
  return errorAt(token.location, "unexpected character '" + shown + "'");
}

Expected<std::vector<Token>> Lexer::run() {
  std::vector<Token> tokens;
  while (true) {
    if (Error error = skipSpace())
      return std::move(error);
    tokens.emplace_back();
    if (position >= text.size()) {
      tokens.back().location = here();
      return tokens;
    }
    if (Error error = lex(tokens.back()))
      return std::move(error);
  }
}

Expected<std::vector<Token>> tokenize(StringRef text) {
  return Lexer(text).run();
}

} // namespace ts::sim
