# Loads a formula with just enough of Homebrew's language to say, as JSON, what it would download
# on each system and processor; with a folder of binaries as well, runs its test block on them.
require "json"
require "open3"
require "pathname"

class Formula
  class << self
    attr_accessor :facts, :place, :test_block

    def inherited(child)
      child.facts = Hash.new { |hash, key| hash[key] = {} }
      child.place = []
    end

    %w[macos linux arm intel].each do |name|
      define_method("on_#{name}") do |&block|
        place.push(name)
        block.call
        place.pop
      end
    end

    %w[url sha256 desc homepage license].each do |name|
      define_method(name) { |value| facts[place.empty? ? "formula" : place.join("-")][name] = value }
    end

    def test(&block) = self.test_block = block
  end

  def initialize(folder) = @folder = folder

  def bin = Pathname.new(@folder)

  def version = self.class.facts["linux-intel"]["url"][%r{/v([^/]+)/}, 1]

  def shell_output(command) = pipe_output(command, "", 0)

  def pipe_output(command, input, status)
    output, ended = Open3.capture2(command, stdin_data: input)
    raise "#{command} ended with #{ended.exitstatus}" unless ended.exitstatus == status
    output
  end

  def assert_match(pattern, text)
    raise "#{pattern} is not in #{text}" unless text.match?(pattern)
  end
end

load ARGV.fetch(0)
ProxmoxMcp.new(ARGV.fetch(1)).instance_eval(&ProxmoxMcp.test_block) if ARGV.length > 1
puts JSON.generate(ProxmoxMcp.facts)
