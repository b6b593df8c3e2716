# Loads a formula with just enough of Homebrew's language to say, as JSON, what it would download
# on each system and processor.
require "json"

class Formula
  @downloads = Hash.new { |hash, key| hash[key] = {} }
  @place = []
  class << self
    attr_accessor :downloads, :place

    def inherited(child)
      child.downloads = Hash.new { |hash, key| hash[key] = {} }
      child.place = []
    end

    %w[macos linux arm intel].each do |name|
      define_method("on_#{name}") do |&block|
        place.push(name)
        block.call
        place.pop
      end
    end

    %w[url sha256].each do |name|
      define_method(name) { |value| downloads[place.join("-")][name] = value }
    end

    %w[desc homepage license].each do |name|
      define_method(name) { |value| downloads["formula"][name] = value }
    end

    def test(&block) = downloads["formula"]["tested"] = !block.nil?
  end
end

load ARGV.fetch(0)
puts JSON.generate(ProxmoxMcp.downloads)
